"""A few frames of a video file, decoded by PyAV in a process of its own. Needs the extra `preview`."""
