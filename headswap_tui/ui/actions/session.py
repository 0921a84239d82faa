"""The program itself: help, palette, theme, suspend, quit."""

from __future__ import annotations

from headswap_tui.ui.actions.desk import Desk, Handlers
from headswap_tui.ui.commands import Keymap


class Session:
    """Commands about the program."""

    def __init__(self, desk: Desk, keymap: Keymap) -> None:
        self._desk = desk
        self._keymap = keymap

    def handlers(self) -> Handlers:
        """By command id."""
        return {
            "help": self.help,
            "palette": self.palette,
            "theme": self.theme,
            "suspend": self.suspend,
            "quit": self.quit,
        }

    async def help(self) -> None:
        """All keys."""
        from headswap_tui.ui.screens.help import HelpDialog

        await self._desk.ask(HelpDialog(self._keymap))

    def palette(self) -> None:
        """Every command by name."""
        self._desk.app.action_command_palette()

    async def theme(self) -> None:
        """Try themes and choose one."""
        from headswap_tui.ui.screens.theme import ThemeDialog

        app = self._desk.app
        before = app.theme
        # Under NO_COLOR Textual paints the terminal's own colours black on black.
        names = [name for name, theme in app.available_themes.items() if not (theme.ansi and app.no_color)]
        chosen = await self._desk.ask(ThemeDialog(before, names))
        if chosen is None:
            app.theme = before
            return
        self._desk.remember(theme=chosen, theme_instead_of=self._desk.settings.ui.theme)

    def suspend(self) -> None:
        """Back to the shell until `fg`."""
        self._desk.app.action_suspend_process()

    async def quit(self) -> None:
        """End the program; ask only while a download runs."""
        from headswap_tui.ui.screens.confirm import ConfirmDialog

        running = self._desk.engine.downloading
        if running:
            what = "a download runs" if running == 1 else f"{running} downloads run"
            detail = "What is there is kept; the next start goes on with it."
            if not await self._desk.ask(ConfirmDialog(f"Quit while {what}?", detail, yes="Quit")):
                return
        self._desk.app.exit()
