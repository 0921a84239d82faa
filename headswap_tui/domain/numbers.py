"""Numbers as the service wrote them, where we keep them as floats."""

from __future__ import annotations

from typing import Any, Final

_EXACT: Final = 2**53
"""Up to here every whole number has its own float."""


def number(value: float | None) -> float | int | None:
    """Whole numbers without a fraction: the service's 7 is 7, not 7.0."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return int(value)
    return value


def numbers_in(value: Any) -> Any:
    """A copy of a task's record in built-in types, its whole numbers so; what stands in `other` stays as it came."""
    if isinstance(value, dict):
        return {name: inner if name == "other" else numbers_in(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [numbers_in(inner) for inner in value]
    return number(value) if isinstance(value, float) else value
