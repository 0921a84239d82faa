"""Handing a file or an address to the desktop."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading

from headswap_tui.config.environment import without_secrets


def open_outside(target: str) -> bool:
    """Give it to the desktop's own opener, without waiting and without lending it our terminal.

    False if there is no opener. Only ever called with an http(s) address or an absolute path.
    """
    opener = shutil.which("xdg-open") or shutil.which("open")
    if opener is None:
        return False
    try:
        process = subprocess.Popen(  # noqa: S603  # no shell; the target is one argument that cannot be an option
            [opener, target],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=without_secrets(os.environ),
            start_new_session=True,
        )
    except OSError:
        return False
    threading.Thread(target=process.wait, daemon=True).start()  # else it stays as a zombie until we end
    return True
