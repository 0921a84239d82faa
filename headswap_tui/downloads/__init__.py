"""Brings finished videos to disk: resumable, verified, from public hosts only, and never spliced from two versions."""
