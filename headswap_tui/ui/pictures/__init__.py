"""Frames of a video as pictures in the terminal."""
