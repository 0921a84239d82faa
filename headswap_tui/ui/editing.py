"""What the edit dialog means for a task's label and tags. Pure."""

from __future__ import annotations

import re

import msgspec


class Edit(msgspec.Struct, frozen=True):
    """What the user wrote; `None` leaves a field as it is."""

    label: str | None = None
    """Empty clears it."""
    tags: str | None = None
    """As typed: words by blanks or commas; `+a -b` adds and takes away, anything else replaces."""


def tag_words(text: str) -> tuple[str, ...]:
    """The single words of a tags field."""
    return tuple(word for word in re.split(r"[\s,]+", text) if word)


def tags_after(text: str, tags: tuple[str, ...]) -> tuple[str, ...]:
    """The tags that a task with `tags` has after the edit."""
    words = tag_words(text)
    if not words or not all(word[0] in "+-" and word[1:] for word in words):
        return words
    gone = {word[1:] for word in words if word[0] == "-"}
    kept = [tag for tag in tags if tag not in gone]
    return (*kept, *(word[1:] for word in words if word[0] == "+" and word[1:] not in kept))
