"""Keeps what nobody needs out of a start that should be short.

Some libraries name others for what we never call. While such a library is imported something small stands in for
these; afterwards they can be imported as ever.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # `typing` comes with msgspec, if at all
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType
    from typing import Any


_OTHERS = ("inspect", "toml", "yaml")


def import_basics() -> None:
    """Import what every command needs."""
    import_msgspec()
    import_pathlib()


def import_msgspec() -> None:
    """Import msgspec for JSON alone.

    `typing_extensions` is there for two names that `typing` has as well, and brings `ast`, `dis` and `socket` along;
    `uuid` asks `platform` for the name of the system; `datetime` is all written in Python once more in Python 3.11,
    for where `_datetime` is missing. All in all it takes a third of the time.
    """
    if "msgspec" in sys.modules:
        return
    _import(
        "msgspec",
        {
            "typing_extensions": None,
            "datetime": _same_as("datetime", "_datetime"),
            "platform": _stand_in("platform", system=lambda: os.uname().sysname),
            **{f"msgspec.{name}": _stand_in(f"msgspec.{name}") for name in _OTHERS},
            "msgspec._json_schema": _stand_in("msgspec._json_schema", "schema", "schema_components"),
        },
    )
    for name in _OTHERS:
        vars(sys.modules["msgspec"]).pop(name, None)  # `from msgspec import inspect` then finds the real one


def import_pathlib() -> None:
    """Import pathlib without `urllib.parse`, which it needs for addresses of files only, and without a search for what
    there is on Windows only.
    """
    _import(
        "pathlib",
        {"urllib.parse": _stand_in("urllib.parse", "quote_from_bytes"), "nt": None, "_winapi": None},
    )


def import_argparse() -> None:
    """Import argparse without `gettext`: our texts are English only."""
    _import("argparse", {"gettext": _stand_in("gettext", "gettext", "ngettext")})


def import_asyncio() -> None:
    """Import asyncio without its own TLS: ours is httpx's, which does not use it, and is loaded with httpx."""
    _import("asyncio", {"ssl": None})


def import_textual() -> None:
    """Import Textual's app without what it names for types, for pictures of its colours and for places of downloads.

    The types of what widgets may be set to bring those widgets along: trees, selections, placeholders.
    """
    stand_ins = {
        "typing_extensions": _same_as("typing_extensions", "typing"),
        "textual.types": _same_as("textual.types", "textual._types"),
        "textual.canvas": _stand_in("textual.canvas", "Canvas", "Rectangle"),
        "rich.table": _stand_in("rich.table", "Table"),
        "platformdirs": _stand_in("platformdirs", "user_downloads_path"),
    }
    _import("textual.app", stand_ins)
    _import("textual.drivers.linux_driver", stand_ins)


def spare_httpx_command() -> None:
    """Keep httpx's own command line from being loaded with httpx; httpx then has a `main` that says it is missing.

    It brings click, pygments and more of rich along, more than half of what importing httpx takes.
    """
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # the import system's own mark for "not to be imported"


def _import(name: str, stand_ins: Mapping[str, ModuleType | None]) -> None:
    """Import it with these in the place of others that are not loaded yet."""
    if name in sys.modules:
        return
    before = set(sys.modules)
    placed = {other: module for other, module in stand_ins.items() if other not in sys.modules}
    sys.modules.update(placed)  # type: ignore[arg-type]  # `None` is the import system's mark, as above
    try:
        __import__(name)
    except (ImportError, AttributeError):  # another version of it needs more of them
        for half in set(sys.modules) - before - placed.keys():
            if half.partition(".")[0] == name.partition(".")[0]:
                del sys.modules[half]
        _forget(placed)
        __import__(name)
    finally:
        _forget(placed)


def _forget(placed: Mapping[str, ModuleType | None]) -> None:
    for name, module in placed.items():
        if name in sys.modules and sys.modules[name] is module:
            del sys.modules[name]


def _stand_in(name: str, *later: str, **made: Any) -> ModuleType:
    """A module with what was `made`; each function of `later` loads the real one when it is called."""
    module = type(sys)(name)
    vars(module).update({function: _later(name, function) for function in later}, **made)
    return module


def _same_as(name: str, other: str) -> ModuleType:
    """A module with the names of another."""
    module = type(sys)(name)
    vars(module)["__getattr__"] = lambda attribute: getattr(__import__(other, fromlist=[attribute]), attribute)
    return module


def _later(module: str, name: str) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        return getattr(__import__(module, fromlist=[name]), name)(*args, **kwargs)

    return call
