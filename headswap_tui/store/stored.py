"""How a record waits in memory: as JSON text, as that text and the patches since, put together when somebody looks, or
as the task itself where that encodes to exactly the text (`sparing.py`).

That keeps opening a store cheap and a hundred thousand finished tasks small, a change costs what its patch costs, and a
record keeps fields that this version does not know.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from headswap_tui.domain.task import TrackedTask

_decode = msgspec.json.Decoder(dict[str, Any]).decode
_decode_task = msgspec.json.Decoder(TrackedTask).decode
_encode = msgspec.json.Encoder().encode
_MOST_PATCHES = 16


class _State(msgspec.Struct, frozen=True, gc=False):
    raw: bytes
    changes: tuple[bytes, ...]
    """Patches of `raw` that are not applied yet."""
    known: TrackedTask | None
    """The record decoded, as it was after the first `at` of the changes."""
    at: int


class Patched:
    """A record and the merge patches that nobody has applied yet; never changes its meaning."""

    __slots__ = ("_state",)

    def __init__(self, before: Stored, change: bytes, task: TrackedTask | None = None) -> None:
        if not isinstance(before, Patched):
            state = _State(text_of(before), (), before if isinstance(before, TrackedTask) else None, 0)
        else:
            state = before.state
            if len(state.changes) >= _MOST_PATCHES:
                state = _folded(state)
        changes = (*state.changes, change)
        # One attribute, so that a thread never sees the text of one moment with the patches of another.
        self._state = (
            _State(state.raw, changes, state.known, state.at)
            if task is None
            else _State(state.raw, changes, task, len(changes))
        )

    @property
    def state(self) -> _State:
        """Text, patches and what is decoded, all of one moment."""
        return self._state

    def text(self) -> bytes:
        """The record as JSON."""
        state = self._state
        if state.changes:
            state = self._state = _folded(state)
        return state.raw

    def task(self) -> TrackedTask:
        """The record decoded. Raises `msgspec.ValidationError` if this version cannot read it."""
        state = self._state
        if state.known is not None and state.at == len(state.changes):
            return state.known
        from headswap_tui.store.struct_patch import patched  # a file that was just written anew needs none

        try:
            task = _decode_task(state.raw) if state.known is None else state.known
            for change in state.changes[state.at :]:
                task = patched(task, _decode(change))
        except msgspec.ValidationError:  # readable only when all is put together, if at all
            task = _decode_task(self.text())
            state = self._state
        self._state = _State(state.raw, state.changes, task, len(state.changes))
        return task


Stored: TypeAlias = bytes | msgspec.Raw | Patched | TrackedTask
"""A record in memory; `Raw` is a piece of a line that was read, not copied out of it."""


def text_of(stored: Stored) -> bytes:
    """The record as JSON."""
    if isinstance(stored, Patched):
        return stored.text()
    if isinstance(stored, TrackedTask):
        return _encode(stored)
    return bytes(stored)  # the same object, if it is `bytes` already


def task_of(stored: Stored) -> TrackedTask:
    """The record decoded. Raises `msgspec.ValidationError` if this version cannot read it."""
    if isinstance(stored, msgspec.Raw):  # as most are that are read
        return _decode_task(stored)
    if isinstance(stored, TrackedTask):
        return stored
    return stored.task() if isinstance(stored, Patched) else _decode_task(stored)


def _folded(state: _State) -> _State:
    from headswap_tui.store import patch

    fields = _decode(state.raw)
    for change in state.changes:
        patch.apply(fields, _decode(change))
    return _State(_encode(fields), (), state.known if state.at == len(state.changes) else None, 0)
