"""What a failure means in plain words and what to do first: one entry for every code that the service documents.

Source of the codes: Akool, AI Tools Suite, Error Code (1000 to 1206). `error_code` inside a task's detail is a
number space of its own that is not published: where it equals a documented code, the words say so carefully.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec


class Side(StrEnum):
    """Who can put it right."""

    INPUT = "your input"
    ACCOUNT = "your account"
    SERVICE = "the service"
    WAY = "the way there"
    NOBODY_KNOWS = "not known"


class Advice(msgspec.Struct, frozen=True):
    """What one code or kind means."""

    cause: str
    """One sentence."""
    first: str
    """What to do first, one or two sentences."""
    side: Side
    again: bool | None
    """Whether the same again can succeed; `None`: nobody knows."""
    documented: bool = True
    """Whether the service publishes what this means."""


def _input(cause: str, first: str) -> Advice:
    return Advice(cause, first, Side.INPUT, again=False)


def _account(cause: str, first: str) -> Advice:
    return Advice(cause, first, Side.ACCOUNT, again=False)


def _service(cause: str, first: str = "Create the task once more; if it fails again, send support the note.") -> Advice:
    return Advice(cause, first, Side.SERVICE, again=True)


def _elsewhere(cause: str) -> Advice:
    """Codes of the service's other tools."""
    return Advice(cause, "It belongs to another tool of the service: ask support why.", Side.SERVICE, again=None)


_UNKNOWN_TASK: Final = "Check the id and the profile; a task just created may need a moment."
_PAY: Final = "Top up or settle the account, then create the task again."

BY_CODE: Final[Mapping[int, Advice]] = {
    1000: Advice("The code means success.", "Refresh it; if it stays, ask support.", Side.SERVICE, again=True),
    1003: _input(
        "A parameter is wrong, or the account lacks the feature.",
        "Check that the id is the _id of a head swap task, and that the plan includes head swap.",
    ),
    1004: _account("The account needs verification.", "Sign in on the service's site and verify it."),
    1005: Advice("It was asked too often.", "Wait: asking slows down by itself.", Side.SERVICE, again=True),
    1006: _account("The quota is used up.", _PAY),
    1007: _input(
        "The number of faces does not fit.", "Check that every mapping points at one face that is there to be seen."
    ),
    1008: _input("The service knows no such content.", _UNKNOWN_TASK),
    1009: _account("The account has no permission for it.", "It may be another team's: try another profile."),
    1010: Advice("It cannot be done in its present state.", "Refresh it and look again.", Side.SERVICE, again=None),
    1011: Advice("It was done already.", "Refresh it: the result may be there.", Side.SERVICE, again=False),
    1013: _input("The audio in the video could not be used.", "Try a source with an ordinary audio track, or without."),
    1014: _input("The service knows no such resource.", _UNKNOWN_TASK),
    1015: _service("The video could not be processed.", "Create the task once more; then try another source video."),
    1016: _service("The swap itself failed.", "Create the task once more; then try a clearer face or another source."),
    1017: _elsewhere("The audio was not created."),
    1101: _account("The key or token is invalid or expired.", "Check or replace the key, then try again."),
    1102: _account("No key arrived.", "Check how the key is set; `headswap-tui doctor` helps."),
    1103: _account("Payment is due.", _PAY),
    1104: _account("The credit is too low.", _PAY),
    1105: _elsewhere("Something is wrong with the avatar."),
    1108: _input("Something is wrong with an image.", "Try another image: upright, sharp, in a usual format."),
    1109: _account("There is no such account.", "Check the key and the profile."),
    1110: _elsewhere("Something is wrong with the audio."),
    1111: _elsewhere("The avatar's callback failed."),
    1112: _elsewhere("Something is wrong with the voice."),
    1200: _account("The account is blocked.", "Ask support; nothing else helps."),
    1201: _elsewhere("The audio could not be created."),
    1202: _elsewhere("Lip-sync into the same language is out of range."),
    1203: _input("Video and audio do not fit together.", "Check that both have the length that you expect."),
    1204: _input("The video is too long.", "Cut it, or check what length the plan allows."),
    1205: _service("The video could not be created."),
    1206: _elsewhere("The background could not be changed."),
}
"""Every documented business code."""

BY_KIND: Final[Mapping[str, Advice]] = {
    "auth": _account("The service refused the key, so nothing is asked.", "Check or replace the key, then try again."),
    "refused": _input("The service refuses this id.", "Check the id and the profile, then refresh."),
    "throttled": Advice("It was asked too often.", "Wait: asking slows down by itself.", Side.SERVICE, again=True),
    "server": Advice(
        "The service has trouble of its own.", "Wait: it is asked again by itself.", Side.SERVICE, again=True
    ),
    "unreachable": Advice(
        "The service cannot be reached.", "Check the network; it is asked again by itself.", Side.WAY, again=True
    ),
    "garbled": Advice(
        "The answer could not be read.",
        "Check base_url, and sign in if this is a guest network.",
        Side.WAY,
        again=True,
    ),
}
"""Every kind of `LastError`."""

_UNKNOWN_CODE: Final = Advice(
    "The service does not publish what this code means.",
    "Go by its words. Put the input right and create a new task; if that fails too, send support the note.",
    Side.NOBODY_KNOWS,
    again=None,
    documented=False,
)
_NO_CODE: Final = Advice(
    "The service named no code.",
    "Go by its words, if there are any. Create the task once more; if it fails again, send support the note.",
    Side.NOBODY_KNOWS,
    again=None,
    documented=False,
)


def advice(code: float | None, kind: str | None = None) -> Advice:
    """What is known of a failure with that code, or else of an error of that kind; honest words where nothing is."""
    if code is not None and code in BY_CODE:
        return BY_CODE[int(code)]
    if kind is not None and kind in BY_KIND:
        return BY_KIND[kind]
    return _NO_CODE if code is None else _UNKNOWN_CODE
