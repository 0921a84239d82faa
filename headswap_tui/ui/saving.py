"""Writing a file that the user asked for: never over another one."""

from __future__ import annotations

from itertools import count
from pathlib import Path


def save_new(directory: Path, stem: str, suffix: str, text: str) -> Path:
    """Write `text` as `stem` and `suffix`, numbered if that name is taken; mode 0600. Returns the path.

    Raises `OSError`.
    """
    directory.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        path = directory / (f"{stem}{suffix}" if number == 1 else f"{stem}-{number}{suffix}")
        try:
            path.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            continue
        path.write_text(text, encoding="utf-8", newline="")
        return path
    raise AssertionError  # count() never ends
