"""A string that hides itself, and the last line of defence should one slip out all the same."""

from __future__ import annotations

from typing import Final, NoReturn

HIDDEN: Final = "(hidden)"

_seen: set[str] = set()
"""Every secret this process ever held, so that `redact` can take it out of any text."""


class Secret:
    """A key or token. Unwrapped by `reveal()` only where the request header is written."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text
        if text:
            _seen.add(text)

    def reveal(self) -> str:
        """The secret itself."""
        return self._text

    def __repr__(self) -> str:
        return HIDDEN

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")


def redact(text: str) -> str:
    """`text` with every secret this process holds replaced; for logs and last-resort error lines."""
    for secret in sorted(_seen, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text
