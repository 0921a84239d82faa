"""The only writer to stdout, and the only one to stderr besides argparse.

Results go to stdout, messages to stderr. Colour and live progress appear on a terminal only. What people read has
been through `safe()`; JSON is exact, with what a terminal would obey written as escapes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final, TextIO

import msgspec

from headswap_tui.domain.errors import HeadswapError
from headswap_tui.domain.text import safe, visible_json

COLOURS: Final = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
}
PROGRAM: Final = "headswap-tui"
RECORDS_AT_ONCE: Final = 200
"""Lines of JSON that are made before the first of them is written."""


class Output:
    """Where a command puts what it has to say."""

    def __init__(self, out: TextIO, err: TextIO, environ: Mapping[str, str]) -> None:
        self._out = out
        self._err = err
        for stream in (out, err):
            # A character that the locale cannot show must not end the command.
            reconfigure = getattr(stream, "reconfigure", None)
            if reconfigure is not None:
                reconfigure(errors="backslashreplace")
        dumb = environ.get("TERM") == "dumb"
        self.is_terminal = out.isatty()
        """Whether results are read by a person right now."""
        self.has_screen = self.is_terminal and err.isatty()
        """Whether both streams lead to a terminal, as a full-screen program needs it."""
        self.is_coloured = self.is_terminal and not dumb and not environ.get("NO_COLOR")
        self.is_live = err.isatty() and not dumb
        """Whether moving progress can be shown on stderr."""
        self._live_lines = 0

    @property
    def width(self) -> int:
        """Columns for a line of results; a very large number where nothing limits them."""
        if not self.is_terminal:
            return 1_000_000
        return _columns(self._out)

    def result(self, text: str = "") -> None:
        """A line of results for people; foreign parts have been through `safe()`."""
        self.erase_live()
        self._out.write(text + "\n")

    def results(self, lines: Iterable[str]) -> None:
        """Several such lines."""
        self.erase_live()
        self._out.write("\n".join([*lines, ""]))

    def record(self, value: Any) -> None:
        """A result for programs: one line of JSON."""
        self.records((value,))

    def records(self, values: Iterable[Any]) -> None:
        """Several such results, each a line."""
        self.erase_live()
        encoder, pending = msgspec.json.Encoder(), iter(values)
        while some := list(islice(pending, RECORDS_AT_ONCE)):
            self._out.write(visible_json(encoder.encode_lines(some).decode()))

    def document(self, text: str) -> None:
        """A whole text on stdout, as it is."""
        self._out.write(text)

    def say(self, text: str) -> None:
        """A message for people; may hold foreign text."""
        self.erase_live()
        self._err.write(f"{PROGRAM}: {safe(text, 2000)}\n")
        self._err.flush()

    def error(self, error: HeadswapError) -> None:
        """What went wrong and what to do."""
        self.say(str(error))

    def live(self, lines: list[str]) -> None:
        """Replace the moving lines on stderr; nothing happens where they cannot be shown."""
        if not self.is_live:
            return
        up = f"\x1b[{self._live_lines}F" if self._live_lines else ""
        body = "".join(f"\x1b[2K{line}\n" for line in lines)
        rest = "\x1b[0J" if len(lines) < self._live_lines else ""
        self._err.write(up + body + rest)
        self._err.flush()
        self._live_lines = len(lines)

    def erase_live(self) -> None:
        """Take the moving lines away."""
        if self._live_lines:
            self._err.write(f"\x1b[{self._live_lines}F\x1b[0J")
            self._err.flush()
            self._live_lines = 0

    def live_size(self) -> tuple[int, int]:
        """Columns and rows of the terminal that the moving lines are on."""
        try:
            size = os.get_terminal_size(self._err.fileno())
        except (OSError, ValueError):
            return 80, 24
        return size.columns or 80, size.lines or 24

    def styled(self, text: str, *colours: str) -> str:
        """`text` in these colours on a terminal that takes them."""
        if not self.is_coloured or not colours or not text:
            return text
        return f"\x1b[{';'.join(COLOURS[colour] for colour in colours)}m{text}\x1b[0m"

    def flush(self) -> None:
        """Bring everything out; raises `OSError` if the reader is gone or the disk is full."""
        self._out.flush()
        self._err.flush()


def _columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError):
        return 80
