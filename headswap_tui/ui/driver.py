"""Textual's terminal driver made to survive what happens to terminals: hung up, stopped, slow, not UTF-8.

The stock one (8.2.8) takes every SIGCONT for its own, so that the one that comes with a hang-up starts a second reader
and writer; its writer dies of the closed terminal and then blocks whoever writes; its reader spins at the end of input.
"""

from __future__ import annotations

import os
import select
import selectors
import termios
from codecs import getincrementaldecoder
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from textual import events
from textual._xterm_parser import XTermParser  # the stock reader's own; there is no public one
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size

from headswap_tui.ui.pasting import PasteGuard
from headswap_tui.ui.plain import plain
from headswap_tui.ui.terminal import has_shell
from headswap_tui.ui.writing import TerminalWriter

if TYPE_CHECKING:
    from textual.app import App

DRAIN_S: Final = 1.0
"""So long the end waits for the terminal to take what restores it."""
RESTORE: Final = (
    b"\x1b[m\x1b[?2026l\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1016l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l"
    b"\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
)
"""Every mode that is ever set, off: for an end that cannot wait for the ordinary way."""


class TerminalDriver(LinuxDriver):
    """As the stock driver; `on_gone` is called in the event loop when the terminal is gone."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._out: TerminalWriter | None = None
        self._is_suspended = False
        self._gone_told = False
        self.on_gone: Callable[[], None] = lambda: None
        self.is_ascii = False
        """Whether the terminal shows nothing but ASCII."""
        self.sent = 0
        """Bytes so far, with those that were dropped."""

    # -- writing

    @property
    def backlog(self) -> int:
        """Bytes that wait for the terminal."""
        return self._out.backlog if self._out else 0

    def write(self, data: str) -> None:
        """Write it in turn, from another thread; dropped while suspended or without a terminal."""
        if self._out is not None:
            encoded = (plain(data) if self.is_ascii else data).encode("utf-8", "replace")
            self.sent += len(encoded)
            self._out.write(encoded)

    def start_application_mode(self) -> None:
        """Take the terminal over."""
        assert self._file is not None
        self._out = TerminalWriter(self._file.fileno(), on_gone=self._tell_gone, on_loss=self._repaint)
        self._out.start()
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual left it without types
        if self._key_thread is None:  # the stock driver gives up in silence when the terminal takes no settings
            self._tell_gone()

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was."""
        if self._out is not None:
            self._out.forget()
            self.write("\x1b[m\x1b[?2026l")  # what was forgotten may have held the end of a frame
            if self._mouse_pixels and self._mouse:
                self.write("\x1b[?1016l")  # the stock driver leaves this one on
                self._mouse_pixels = False
        super().stop_application_mode()
        self._key_thread = None

    def close(self) -> None:
        """Wait for the last bytes, within reason."""
        super().close()
        if self._out is not None:
            self._out.stop(DRAIN_S)
            self._out = None

    def restore_at_once(self) -> None:
        """What can be done for the terminal without waiting for anything; callable from any thread."""
        try:
            if self.attrs_before is not None:
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
            assert self._file is not None
            out = self._file.fileno()
            if select.select([], [out], [], 0)[1]:
                os.write(out, RESTORE)
        except (OSError, termios.error):
            return  # it is gone

    # -- being stopped

    def _sigtstp_application(self, *_: object) -> None:
        if has_shell():
            super()._sigtstp_application()

    def suspend_application_mode(self) -> None:
        """Give the terminal to the shell for a while."""
        self._is_suspended = True
        super().suspend_application_mode()

    def resume_application_mode(self) -> None:
        """Take it back."""
        self._is_suspended = False
        super().resume_application_mode()

    def _sigcont_application(self, *_: object) -> None:
        if not self._auto_restart:
            return
        if self._is_suspended:
            self.resume_application_mode()
        elif self._out is not None and self._is_in_foreground:
            self._take_back()

    @property
    def _is_in_foreground(self) -> bool:
        try:
            return os.tcgetpgrp(self.fileno) == os.getpgrp()
        except OSError:
            return False

    def _take_back(self) -> None:
        """After a stop that nobody announced (`kill -STOP`): the shell used the terminal meanwhile."""
        try:
            attributes = termios.tcgetattr(self.fileno)
            attributes[3] = self._patch_lflag(attributes[3])
            attributes[0] = self._patch_iflag(attributes[0])
            termios.tcsetattr(self.fileno, termios.TCSANOW, attributes)
        except termios.error:
            return  # it is gone; whoever reads it notices
        self.write("\x1b[?1049h\x1b[?25l\x1b[?1004h\x1b[?7l")
        self._enable_bracketed_paste()
        self._enable_mouse_support()
        self._repaint()

    def _repaint(self) -> None:
        self.write("\x1b[m")  # what would have lifted the pen may be lost
        size = Size(*self._get_terminal_size())
        self.send_message(events.Resize(size, size))
        self._loop.call_soon_threadsafe(self._app.refresh)  # Textual does nothing about a size that is the same

    # -- reading

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except (OSError, EOFError):
            self._tell_gone()
        except Exception as error:  # noqa: BLE001  # a thread's error would be lost; the app ends with it
            self._loop.call_soon_threadsafe(self._app._handle_exception, error)  # noqa: SLF001  # no public way

    def run_input_thread(self) -> None:
        """Read keys until told to stop. Raises `EOFError` or `OSError` when the terminal is gone."""
        parser = XTermParser(self._debug)
        decode, guarded = getincrementaldecoder("utf-8")("replace").decode, PasteGuard()
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(0.1):
                    data = os.read(self.fileno, 4096)
                    if not data:
                        raise EOFError
                    for message in parser.feed(guarded(decode(data))):
                        self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)

    def _tell_gone(self) -> None:
        if not self._gone_told:
            self._gone_told = True
            self._loop.call_soon_threadsafe(self.on_gone)
