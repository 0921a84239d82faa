"""A program that ends at its first frame: `bare`, the least that Textual can be, or `ours`.

Run by its path, so that nothing is imported but what the program imports. With a second argument it leaves the names
of the loaded modules in that file.
"""

from __future__ import annotations

import os
import sys
from typing import Any


def leave(app: Any) -> None:
    """The frame was handed to the driver: let it reach the terminal, and end."""
    if app._batch_count:  # called too for what is held back until everything has its place
        return
    app._driver.close()
    if len(sys.argv) > 2:
        with open(sys.argv[2], "w", encoding="utf-8") as file:
            file.write("\n".join(name for name, module in sys.modules.items() if module))
    os._exit(0)


def bare() -> None:
    """An empty screen."""
    from textual.app import App

    app: type[Any] = App
    app.post_display_hook = leave
    app().run()


def ours() -> None:
    """The dashboard, as the command starts it."""
    from headswap_tui import __main__ as program
    from headswap_tui.cli import lean

    load = lean.import_textual

    def import_textual() -> None:
        load()
        from textual.app import App

        app: type[Any] = App
        app.post_display_hook = leave

    lean.import_textual = import_textual  # to end at the frame
    program.main([])


if __name__ == "__main__":
    {"bare": bare, "ours": ours}[sys.argv[1]]()
