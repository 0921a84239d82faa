"""What the environment says about the terminal, and the escape sequences that Textual has no method for."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

COPY_LIMIT: Final = 55_000
"""Characters copied at most: terminals cap the encoded text at about 74 kB."""


@dataclass(frozen=True)
class Terminal:
    """The terminal and what stands between it and us, as far as the environment tells."""

    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    platform: str = sys.platform

    @property
    def is_remote(self) -> bool:
        """Whether the session came over SSH."""
        return bool(self.environ.get("SSH_CONNECTION") or self.environ.get("SSH_TTY"))

    @property
    def is_ascii(self) -> bool:
        """Whether the locale names an encoding other than UTF-8; without a locale Python speaks UTF-8."""
        locale = next((self.environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if self.environ.get(name)), "")
        return "." in locale and "utf" not in locale.lower()

    @property
    def has_display(self) -> bool:
        """Whether a browser or player could open a window beside this terminal."""
        if self.is_remote:
            return False
        return self.platform == "darwin" or bool(self.environ.get("DISPLAY") or self.environ.get("WAYLAND_DISPLAY"))

    @property
    def copy_hint(self) -> str:
        """What to know where the terminal's clipboard needs help; empty elsewhere."""
        if self.environ.get("TMUX"):
            return "tmux needs `set -s set-clipboard on`."
        if self.environ.get("STY"):
            return "screen does not pass it on: select it with the mouse."
        return ""

    def refresh_hz(self, setting: float | None) -> float:
        """Redraws per second at most: the setting, else 5, over SSH 2."""
        return setting or (2.0 if self.is_remote else 5.0)


def notification(kind: str, title: str, text: str) -> str:
    """The sequence that asks the terminal for a desktop notification; `kind` is `osc9` or `osc777`.

    Both texts must have been through `safe()`.
    """
    if kind == "osc777":
        return f"\x1b]777;notify;{title.replace(';', ',')};{text.replace(';', ',')}\x1b\\"
    return f"\x1b]9;{title}: {text}\x1b\\"


def wrapped(sequence: str, environ: Mapping[str, str]) -> str:
    """The sequence as tmux or screen passes it through to the terminal outside."""
    if environ.get("TMUX"):
        return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if environ.get("STY"):
        return f"\x1bP{sequence}\x1b\\"
    return sequence
