"""The Textual application: themes, the screen and the engine's life."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from time import time_ns
from typing import TYPE_CHECKING, Any, Self

from textual import events
from textual.app import App, SystemCommand
from textual.screen import Screen

from headswap_tui.config import paths
from headswap_tui.config.checking import changeable, wrong_views
from headswap_tui.config.settings import Settings
from headswap_tui.domain.errors import StoreError
from headswap_tui.domain.task import TaskId
from headswap_tui.domain.text import safe, safe_block
from headswap_tui.ui import later_styles, memory, themes
from headswap_tui.ui.account import Account, Tenure
from headswap_tui.ui.commands import keymap
from headswap_tui.ui.doors import EngineDoor, OpenedDoor, ProfilesDoor, WebhookDoor
from headswap_tui.ui.glyphs import glyphs_for
from headswap_tui.ui.screens.main import MainScreen
from headswap_tui.ui.services import Services
from headswap_tui.ui.terminal_app import TerminalApp
from headswap_tui.ui.theme_variables import theme_variable_defaults
from headswap_tui.ui.type_ahead import TypeAhead

if TYPE_CHECKING:
    from textual.command import Provider
    from textual.geometry import Region

    from headswap_tui.ui.pictures.overlaying import Placed

STORE_EXIT = 5
PALETTE_CSS = Path(__file__).parent / "palette.tcss"
LARGEST_PASTE = 2_000_000
"""Characters; 80,000 ids."""


def _palette() -> type[Provider]:
    """Loaded when it is opened."""
    from headswap_tui.ui.palette import CommandProvider

    return CommandProvider


class HeadswapApp(TerminalApp):
    """Joins the engine and the screen. Its exit status is 0, or 5 if the store could not be used."""

    TITLE = "headswap-tui"
    CSS_PATH = Path(__file__).parent / "screens" / "main.tcss"
    COMMANDS = {_palette}  # noqa: RUF012  # Textual's name and type for it
    COMMAND_PALETTE_BINDING = "ctrl+backslash"

    _is_dressed = False

    def __init__(
        self,
        engine: EngineDoor,
        settings: Settings,
        *,
        now_ms: Callable[[], int] = lambda: time_ns() // 1_000_000,
        environ: Mapping[str, str] | None = None,
        webhook: WebhookDoor | None = None,
        profiles: ProfilesDoor | None = None,
        themes_dir: Path | None = None,
        notices: Iterable[str] = (),
        examples: Sequence[str] = (),
        **textual: Any,
    ) -> None:
        """`themes_dir` holds the user's themes, by default beside the configuration; `notices` are told at the start.

        `examples` are ids that a demo offers to whoever adds; `textual` goes to `App`.
        """
        self._tenure = Tenure(Account(engine, settings, webhook))
        self._profiles = profiles
        self._examples = tuple(map(TaskId, examples))
        environ = dict(os.environ) if environ is None else environ
        super().__init__(lambda: self._settings.ui, self._tenure.save_now, environ, **textual)
        self._now_ms = now_ms
        self._themes_dir = themes_dir or paths.default_config_file().parent / "themes"
        self._keymap_read = keymap(settings.keys)
        self.set_keymap(dict(self._keymap_read.overrides))
        self._trouble: StoreError | None = None
        self._starting = ExitStack()
        self._typed = TypeAhead(lambda: self.screen, self._run_bound, super().on_event)
        self._memory = memory.load(settings.state_dir)
        self._notices = [*notices, *self._problems()]
        self._dress(self._chosen_theme())

    @property
    def _settings(self) -> Settings:
        return self._tenure.account.settings

    def _problems(self) -> list[str]:
        """What of the user's settings and themes the dashboard passes over."""
        file = self._settings.config_file
        place = f"{paths.shown(file)}: " if file else ""
        keys = [f"{place}{problem}" for problem in self._keymap_read.problems]
        found = [*changeable(self._settings), *wrong_views(self._settings)]
        others = [f"{mistake.text} {mistake.hint}".rstrip() for mistake in found]
        return [*others, *keys, *self._register_first_themes()]

    @property
    def _wanted_theme(self) -> str | None:
        """The one chosen on the screen, unless the settings name another since."""
        setting = self._settings.ui.theme
        chosen_since = self._memory.theme_instead_of == setting
        return (self._memory.theme if chosen_since else None) or setting

    def _chosen_theme(self) -> str:
        """The one wanted, as the terminal can show it."""
        few = self.console.color_system == "standard"
        return themes.choose(self._wanted_theme, self.available_themes, no_color=self.no_color, few_colors=few)

    def _register_first_themes(self) -> list[str]:
        """The user's, and of ours those that the first frame may be in."""
        few = self.console.color_system == "standard"
        first = {self._wanted_theme or "", themes.DARK, themes.ANSI if few else ""}
        ours, ours_broken = themes.load(themes.shipped_directory(), first)
        users, users_broken = themes.load(self._themes_dir)
        for theme in (*ours, *users):
            self.register_theme(theme)
        return [*ours_broken, *users_broken]

    def _register_other_themes(self) -> None:
        for theme in themes.load(themes.shipped_directory())[0]:
            if theme.name not in self.available_themes:  # a user's may have its name
                self.register_theme(theme)

    def _dress(self, name: str) -> None:
        """Begin with that theme; to change to it would parse and apply every rule of style a second time."""
        self._is_dressed = True
        theme = self.available_themes[name]
        if theme.ansi:  # which changes more than the rules
            self.theme = name
            return
        self.set_reactive(App.theme, name)
        self.set_class(True, f"-theme-{name}")
        self.set_class(theme.dark, "-dark-mode")
        self.set_class(not theme.dark, "-light-mode")
        self.stylesheet.set_variables(self.get_css_variables())

    def get_css_variables(self) -> dict[str, str]:
        """None before a theme is chosen, which Textual would do for one that is never shown."""
        if not self._is_dressed:
            return {}
        theme = self.current_theme
        generated = theme.to_color_system().generate()  # once: Textual's own way would need it twice
        self.theme_variables = theme_variable_defaults(theme, generated) | generated | theme.variables
        return self.theme_variables

    # -- life

    def get_default_screen(self) -> Screen[Any]:
        """The dashboard with what the store holds, or why it cannot be shown; no empty screen is painted before."""
        self._starting.enter_context(self.batch_update())  # else the first screen is sent three times over
        try:
            self._tenure.account.engine.open()
        except StoreError as error:
            self._trouble = error
            return super().get_default_screen()
        return MainScreen(self._services())

    def on_mount(self) -> None:
        """Everything slow comes after the first frame."""
        if self._trouble is not None:
            self._show_trouble(self._trouble)
        self.app_resume_signal.subscribe(self, self._paint_anew)

    def on_ready(self) -> None:
        """Everything has its place: one paint shows it."""
        self._starting.close()
        self.screen.refresh()
        self.call_after_refresh(self._first_frame_is_out)

    def refresh(self, *, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Whoever asks the app means all that is seen, which our screen does not paint for a new layout alone."""
        super().refresh(repaint=repaint, layout=layout, recompose=recompose)
        if repaint and layout and self._running and isinstance(self.screen, MainScreen):
            self.screen.refresh()
        return self

    def _paint_anew(self, _app: App[Any]) -> None:
        """The shell wrote all over the screen."""
        self.refresh(layout=True)
        if isinstance(self.screen, MainScreen):
            self.screen.body.renew_frames()

    def _overlays(self, screen: Screen[Any]) -> tuple[Sequence[Placed], Sequence[Region]]:
        return screen.body.overlays() if isinstance(screen, MainScreen) and screen.is_mounted else ((), ())

    def _services(self) -> Services:
        return Services(
            engine=self._tenure.account.engine,
            now_ms=self._now_ms,
            keymap=self._keymap_read,
            terminal=self._terminal,
            glyphs=glyphs_for(self._is_ascii),
            memory=self._memory,
            settings=self._settings,
            refresh_hz=self._terminal.refresh_hz(self._settings.ui.refresh_hz),
            fence=self._fence,
            ring=self._ring,
            examples=self._examples,
            webhook=self._tenure.account.webhook,
            profiles=self._profiles,
            enter=self._enter,
            pictures=self._pictures,
            write=self._write,
        )

    def _first_frame_is_out(self) -> None:
        self.draw_increments()
        if not gc.isenabled():  # whoever started us held it back until here
            gc.freeze()
            gc.enable()
        self._register_other_themes()
        later_styles.read(self.screen)
        self._tell_notices()
        if self._trouble is None:
            self.run_worker(self._start(), group="engine", name="start")

    def _tell_notices(self) -> None:
        if self._notices:
            self._warn("\n".join(safe(notice) for notice in self._notices))
        elif self._examples and isinstance(self.screen, MainScreen):
            self.screen.welcome()

    @property
    def _main(self) -> MainScreen | None:
        """The dashboard's screen, whatever lies above it; `None` before there is one."""
        return next((screen for screen in self.screen_stack if isinstance(screen, MainScreen)), None)

    def watch_app_focus(self, focus: bool) -> None:
        """The terminal's window lost or regained the focus. (A screen that watched it would be kept after its end.)"""
        if (main := self._main) is not None:
            main.window_focus_changed(focus)

    def _warn(self, text: str) -> None:
        """Tell something that is no answer to a key; the screen that remembers messages may lie under a dialog."""
        if (main := self._main) is not None:
            main.tell(text, severity="warning", timeout=10, is_answer=False)
        else:
            self.notify(safe(text), severity="warning", timeout=10, markup=False)

    async def _start(self) -> None:
        try:
            await self._tenure.account.begin(self._warn)
        except StoreError as error:
            self._show_trouble(error)

    def _enter(self, opened: OpenedDoor) -> None:
        self.run_worker(self._exchange(opened), group="engine", name="exchange")

    async def _exchange(self, opened: OpenedDoor) -> None:
        """Show another account: a new screen, so that nothing of the old one is left; then the old one ends."""
        ending = self._tenure.replace(Account(opened.engine, opened.settings, opened.webhook))
        self._memory = memory.load(self._settings.state_dir)
        self.clear_notifications()
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        await self.switch_screen(MainScreen(self._services()))
        if opened.warning:
            self._warn(opened.warning)
        await ending
        await self._start()

    def _show_trouble(self, error: StoreError) -> None:
        from headswap_tui.ui.screens.trouble import TroubleScreen

        self.push_screen(TroubleScreen(error))

    def action_exit_store_trouble(self) -> None:
        """Leave after the store could not be used."""
        self.exit(return_code=STORE_EXIT)

    async def on_unmount(self) -> None:
        """Bring everything to disk, however the end came about."""
        self._limit_the_end()
        await self._tenure.end()

    async def action_quit(self) -> None:
        """Textual's own quit keys ask like ours does."""
        if isinstance(self.screen, MainScreen):
            self.screen.run_command("quit")
        else:
            self.exit()

    def action_help_quit(self) -> None:
        """Somebody pressed ctrl+c, which copies what is selected, if anything; a dialog says itself how to leave."""
        if isinstance(self.screen, MainScreen):
            self.screen.tell(f"{self.screen.press('quit')} to quit.")

    # -- keys

    async def on_event(self, event: events.Event) -> None:
        """As Textual does, but what is typed waits its turn, and what is pasted, from wherever, is made harmless."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            if self._trouble is None:
                self._tenure.account.engine.attend()
            if isinstance(event, events.Paste):
                event.text = safe_block(event.text, LARGEST_PASTE)
            await self._typed.take(event)
        else:
            await super().on_event(event)

    async def on_main_screen_listed(self) -> None:
        """The list takes what was typed before it was there."""
        await self._typed.go_on()

    async def on_dialog_opened(self) -> None:
        """It takes what was typed meanwhile."""
        await self._typed.go_on()

    async def on_filter_bar_settled(self) -> None:
        """What was typed behind the key that opened or left the filter goes to the field or the table."""
        await self._typed.settled()

    async def _run_bound(self, key: str) -> bool:
        return await self._check_bindings(key, priority=True) or await self._check_bindings(key)

    def action_command_palette(self) -> None:
        """Textual's palette, in a dress that nothing else needs."""
        self.stylesheet.read(PALETTE_CSS)
        super().action_command_palette()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """None of Textual's: the palette is fed from our table."""
        del screen
        return ()
