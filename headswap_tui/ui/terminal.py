"""What the environment says about the terminal, and the escape sequences that Textual has no method for."""

from __future__ import annotations

import os
import sys
from base64 import b64encode
from collections.abc import Mapping
from typing import Final

import msgspec

COPY_LIMIT: Final = 55_000
"""Characters copied at most: terminals cap the encoded text at about 74 kB."""

_SCREEN_STRING: Final = 240
"""Characters that screen takes in one string; what is longer it drops."""

_COERCED: Final = frozenset({"C.UTF-8", "C.utf8", "UTF-8"})
"""What Python itself writes into LC_CTYPE under the C locale (PEP 538); it says nothing about the terminal."""


class Calls(msgspec.Struct, frozen=True):
    """Ways to call for attention outside the screen."""

    bell: bool
    notification: str
    """`osc9`, `osc777` or `osc99`; empty: none."""


class Terminal:
    """The terminal and what stands between it and us, as far as the environment tells."""

    def __init__(self, environ: Mapping[str, str], platform: str = sys.platform) -> None:
        self.environ = environ
        self.platform = platform

    @property
    def is_remote(self) -> bool:
        """Whether the session came over SSH."""
        return bool(self.environ.get("SSH_CONNECTION") or self.environ.get("SSH_TTY"))

    @property
    def is_ascii(self) -> bool:
        """Whether the locale names an encoding other than UTF-8; without a locale Python speaks UTF-8."""
        if self.environ.get("PYTHONIOENCODING", "").lower().startswith(("ascii", "us-ascii")):
            return True
        names = ["LC_ALL", "LC_CTYPE", "LANG"]
        if self.environ.get("LC_CTYPE") in _COERCED and self.environ.get("LANG"):
            names.remove("LC_CTYPE")
        locale = next((self.environ[name] for name in names if self.environ.get(name)), "")
        return locale in ("C", "POSIX") or ("." in locale and "utf" not in locale.lower())

    @property
    def has_display(self) -> bool:
        """Whether a browser or player could open a window beside this terminal."""
        if self.is_remote:
            return False
        return self.platform == "darwin" or bool(self.environ.get("DISPLAY") or self.environ.get("WAYLAND_DISPLAY"))

    @property
    def copy_hint(self) -> str:
        """What to know where the terminal's clipboard needs help; empty elsewhere."""
        if self.environ.get("TMUX") or self.environ.get("TERM", "").startswith("tmux"):  # also one on this side of SSH
            return "tmux needs `set -s set-clipboard on`."
        return ""

    @property
    def notification_kind(self) -> str:
        """The kind of desktop notification that this terminal is known for; empty if it is not known for any."""
        environ = self.environ
        name, program = environ.get("TERM", ""), environ.get("TERM_PROGRAM", "").lower()
        if environ.get("KITTY_WINDOW_ID") or name == "xterm-kitty":
            return "osc99"
        if program in ("ghostty", "wezterm") or name.startswith(("xterm-ghostty", "foot", "rxvt")):
            return "osc777"
        if environ.get("VTE_VERSION") or environ.get("KONSOLE_VERSION"):
            return "osc777"
        return "osc9" if program == "iterm.app" or environ.get("LC_TERMINAL") == "iTerm2" else ""

    def calls(self, setting: str, *, asked: bool) -> Calls:
        """How to call for attention under this setting of `ui.notify`.

        `asked`: the user wants to be told about this very task, so that the bell rings whatever the setting, and a
        terminal known for desktop notifications shows one.
        """
        known = self.notification_kind
        if setting.startswith("osc"):
            return Calls(asked, setting)
        if setting == "auto":
            return Calls(asked or not known, known)
        return Calls(asked or setting == "bell", known if asked else "")

    def refresh_hz(self, setting: float | None) -> float:
        """Redraws per second at most: the setting, else 5, over SSH 2."""
        return setting or (2.0 if self.is_remote else 5.0)


def has_shell() -> bool:
    """Whether a shell that knows jobs started us: stopped without one (`ssh -t host headswap-tui`) we stay so."""
    return os.getpgrp() != os.getsid(0)


def notification(kind: str, title: str, text: str) -> str:
    """The sequence that asks the terminal for a desktop notification; `kind` is `osc9`, `osc777` or `osc99`.

    Both texts must have been through `safe()`.
    """
    if kind == "osc777":
        return f"\x1b]777;notify;{title.replace(';', ',')};{text.replace(';', ',')}\x1b\\"
    if kind == "osc99":  # kitty: title and body come apart, `d` says which part is the last
        return f"\x1b]99;i=headswap:d=0;{title}\x1b\\\x1b]99;i=headswap:d=1:p=body;{text}\x1b\\"
    return f"\x1b]9;{title}: {text}\x1b\\"


def clipboard(text: str, environ: Mapping[str, str]) -> str:
    """What puts the text into the clipboard of a terminal beyond tmux or screen; empty if nothing stands between.

    tmux takes the plain sequence too where `set-clipboard` says so, and this one where `allow-passthrough` does.
    """
    plain = f"\x1b]52;c;{b64encode(text.encode()).decode()}\x07"
    sequence = wrapped(plain, environ)
    return "" if sequence == plain else sequence


def wrapped(sequence: str, environ: Mapping[str, str]) -> str:
    """The sequence as tmux or screen passes it through to the terminal outside."""
    if environ.get("TMUX"):
        return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if environ.get("STY"):
        inner = sequence.replace("\x1b\\", "\x07")  # screen ends at the first string terminator
        pieces = (inner[at : at + _SCREEN_STRING] for at in range(0, len(inner), _SCREEN_STRING))
        return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
    return sequence
