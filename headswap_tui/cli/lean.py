"""Keeps what nobody needs out of a start that should be short."""

from __future__ import annotations

import sys


def import_msgspec() -> None:
    """Import msgspec without `typing_extensions`.

    msgspec takes two names from there if it is installed, else the same ones from `typing`; it brings `inspect`,
    `ast`, `dis` and `socket` along, a tenth of the time that `list` takes.
    """
    name = "typing_extensions"
    if name in sys.modules or "msgspec" in sys.modules:
        return
    sys.modules[name] = None  # type: ignore[assignment]  # the import system's own mark for "not to be imported"
    try:
        import msgspec  # noqa: F401  # for the side effect of being loaded
    finally:
        del sys.modules[name]


def spare_httpx_command() -> None:
    """Keep httpx's own command line from being loaded with httpx; httpx then has a `main` that says it is missing.

    It brings click, pygments and more of rich along, more than half of what importing httpx takes.
    """
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # as above
