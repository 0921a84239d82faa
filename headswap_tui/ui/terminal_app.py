"""A Textual application in a terminal that may be slow, far away, poor or gone; it knows nothing of tasks."""

from __future__ import annotations

import signal
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.driver import Driver
from textual.geometry import Offset, Region
from textual.notifications import SeverityLevel
from textual.screen import Screen

from headswap_tui.config.settings import UiSettings
from headswap_tui.domain.text import safe, safe_block
from headswap_tui.ui import terminal
from headswap_tui.ui.announcing import Announcement
from headswap_tui.ui.driver import TerminalDriver
from headswap_tui.ui.fence import QUERY, Fence
from headswap_tui.ui.hangup import Hangup

if TYPE_CHECKING:
    from headswap_tui.ui.increments import Increments
    from headswap_tui.ui.pictures.kind import Choice
    from headswap_tui.ui.pictures.overlaying import Overlaying, Placed

ONE_PIECE = 400
"""Characters, of up to three bytes, that come through a network in one piece: no half of them is ever on the screen."""
LAST_WORK_S = 3.0
"""So long the end may take after the screen is gone."""


class TerminalApp(App[None]):
    """Ends in order when its terminal does, lets nothing foreign act on it, and never sends more than it has shown."""

    def __init__(
        self, ui: Callable[[], UiSettings], save_now: Callable[[], None], environ: Mapping[str, str], **textual: Any
    ) -> None:
        """`ui` gives the settings in force; `save_now` brings to disk what waits, when nothing later can be relied on.

        `textual` goes to `App`.
        """
        super().__init__(**textual)
        self._ui = ui
        self._terminal = terminal.Terminal(environ)
        is_remote, fenced, animated = self._terminal.is_remote, ui().fence, ui().animations
        is_fenced = is_remote if fenced is None else fenced
        self._fence = Fence(self._ask_terminal if is_fenced else None, backlog=self._backlog, sent=self._bytes_sent)
        self._hangup = Hangup(save_now, self._leave_with, self._restore_terminal)
        self._overlaying: Overlaying | None = None
        self._increments: Increments | None = None
        self.set_class(self._is_ascii, "-ascii")
        self.animation_level = "basic" if (not is_remote if animated is None else animated) else "none"

    @property
    def _is_ascii(self) -> bool:
        setting = self._ui().ascii
        return self._terminal.is_ascii if setting is None else setting

    # -- its end

    def get_driver_class(self) -> type[Driver]:
        """Ours, which outlives its terminal; tests run without any."""
        return TerminalDriver

    def _build_driver(self, headless: bool, inline: bool, mouse: bool, size: tuple[int, int] | None) -> Driver:
        driver = super()._build_driver(headless, inline, mouse, size)
        if isinstance(driver, TerminalDriver):
            driver.is_ascii = self._is_ascii
            driver.on_gone = lambda: self._hangup.end(signal.SIGHUP)
            self._hangup.listen()
        return driver

    def _leave_with(self, status: int) -> None:
        self.exit(return_code=status)

    def exit(self, result: None = None, return_code: int = 0, message: Any = None) -> None:
        """Leave; work that was given out but not begun is dropped, of which Python would warn on the terminal."""
        warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
        super().exit(result, return_code, message)

    def _restore_terminal(self) -> None:
        if isinstance(self._driver, TerminalDriver):
            self._driver.restore_at_once()

    def _limit_the_end(self) -> None:
        """The screen is gone; whatever hangs now, the process ends."""
        if isinstance(self._driver, TerminalDriver):
            self._hangup.within(LAST_WORK_S, self.return_code or 0)

    def _fatal_error(self) -> None:
        """Textual would print a traceback with the values of all variables; whoever started us reports the error."""
        self._close_messages_no_wait()

    # -- what is sent to it

    def _write(self, sequence: str) -> None:
        """What is no frame of the screen's."""
        if sequence:
            self._lift_pen()
            self._send(sequence)

    def _send(self, sequence: str) -> None:
        if self._driver is not None and sequence:
            self._driver.write(sequence)

    def _lift_pen(self) -> None:
        if self._increments is not None:
            self._send(self._increments.lift())

    def draw_increments(self) -> None:
        """From now on, if Textual is of the version that is known; after the first frame, which has not to wait."""
        from headswap_tui.ui import increments

        if increments.is_known():
            self._increments = increments.Increments()

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        place: Offset | None = getattr(self.focused, "cursor_screen_offset", None)
        if place is not None:  # where one types, and an input method shows what it has; Textual waits for the first key
            self.cursor_position = place
        if not self._drew(renderable, parks=place is not None):
            if renderable is not None:
                self._lift_pen()
            super()._display(screen, renderable)
        placed, covers = self._overlays(screen)
        if placed and self._overlaying is None:
            from headswap_tui.ui.pictures.overlaying import Overlaying

            self._overlaying = Overlaying()
        if renderable is not None and self._overlaying is not None:
            self._write(self._overlaying.after(renderable, placed, covers))

    def _drew(self, renderable: Any, *, parks: bool) -> bool:
        """Whether this was a part of the screen, and went the short way. `parks`: the cursor has a place to be in."""
        if self._increments is None or self._batch_count or not self._running or self._closed or self.is_headless:
            return False
        park = self.screen.outer_size.clamp_offset(self.cursor_position) if parks else None
        frame = self._increments.drawn(renderable, self.console, park)
        if frame is None:
            return False
        try:
            if len(frame) > ONE_PIECE:
                self._begin_update()
                self._send(frame)
                self._end_update()
            else:
                self._send(frame)
        finally:
            self.post_display_hook()
        return True

    def _overlays(self, screen: Screen[Any]) -> tuple[Sequence[Placed], Sequence[Region]]:
        """Pictures on that screen that the terminal itself has to draw, and what lies over them."""
        del screen
        return (), ()

    def _pictures(self) -> Choice:
        from headswap_tui.ui.pictures.kind import choose

        return choose(
            self._ui().images,
            self._terminal.environ,
            colors=self.console.color_system,
            has_colors=not self.no_color,
            is_ascii=self._is_ascii,
        )

    def _backlog(self) -> int:
        return self._driver.backlog if isinstance(self._driver, TerminalDriver) else 0

    def _bytes_sent(self) -> int:
        return self._driver.sent if isinstance(self._driver, TerminalDriver) else 0

    def _ask_terminal(self) -> None:
        self._send(QUERY)

    def on_cursor_position(self) -> None:
        """The terminal's answer to the fence; nothing else here asks where its cursor is."""
        self._fence.answered()

    def copy_to_clipboard(self, text: str) -> None:
        """Through the terminal, also beyond tmux and screen; what a shell would obey when pasted becomes visible."""
        text = safe_block(text, terminal.COPY_LIMIT)
        super().copy_to_clipboard(text)
        self._write(terminal.clipboard(text, self._terminal.environ))

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """As Textual does, but any text will do: it is made harmless and never markup."""
        del markup
        clean, title = safe_block(message, 2000), safe(title)
        super().notify(clean, title=title, severity=severity, timeout=timeout, markup=False)

    def _ring(self, announcement: Announcement) -> None:
        """Call for attention outside the screen, by the user's setting."""
        calls = self._terminal.calls(self._ui().notify, asked=announcement.rings)
        if calls.bell:
            self.bell()
        if calls.notification:
            title, text = safe(announcement.title, 100), safe(announcement.text, 200)
            sequence = terminal.notification(calls.notification, title, text)
            self._write(terminal.wrapped(sequence, self._terminal.environ))

    def on_notify(self) -> None:
        """Messages replace each other: of two that are told in one moment Textual would show both."""
        self._notifications.clear()
        self.query("ToastHolder").remove()
