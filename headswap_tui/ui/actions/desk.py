"""What the actions need of the screen that they work on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from headswap_tui.domain.task import TaskId, TrackedTask

if TYPE_CHECKING:
    from textual.app import App
    from textual.screen import ModalScreen

    from headswap_tui.config.settings import Settings
    from headswap_tui.ui.announcing import Severity
    from headswap_tui.ui.doors import EngineDoor
    from headswap_tui.ui.glyphs import Glyphs
    from headswap_tui.ui.lineup import Lineup
    from headswap_tui.ui.memory import Memory
    from headswap_tui.ui.situation import Situation
    from headswap_tui.ui.undo import UndoStack
    from headswap_tui.ui.widgets.task_table import TaskTable

T = TypeVar("T")

Handler: TypeAlias = Callable[[], Awaitable[None] | None]
"""Does a command's work. What it awaits runs beside the keys; `HeadswapError` reaches the user as a toast."""

Handlers: TypeAlias = Mapping[str, Handler]


class Desk(Protocol):
    """The main screen as the actions see it."""

    engine: EngineDoor
    lineup: Lineup
    undo: UndoStack
    glyphs: Glyphs
    settings: Settings

    @property
    def app(self) -> App[Any]: ...

    @property
    def table(self) -> TaskTable: ...

    @property
    def memory(self) -> Memory: ...

    @property
    def now_ms(self) -> Callable[[], int]: ...

    def remember(self, **changes: Any) -> None:
        """Keep how the screen is now for the next run."""

    def by_key(self, command_id: str) -> str:
        """How the user reaches a command, for messages that name it."""

    def example(self) -> TaskId | None:
        """An id that could be added to try it; only in a demo."""

    def situation(self) -> Situation:
        """What the commands look at."""

    def targets(self) -> list[TrackedTask]:
        """The marked tasks that are shown; without marks, the one under the cursor."""

    def cursor(self) -> TrackedTask | None:
        """The task under the cursor."""

    def beat(self) -> None:
        """Bring what the engine told so far to the screen, now rather than at the next beat."""

    def show_order(self) -> None:
        """Bring `lineup` to the table after the user changed it."""

    def show_footer(self) -> None:
        """Which keys work may be another matter now."""

    def tell(self, text: str, *, title: str = "", severity: Severity = "information") -> None:
        """A toast; any text will do."""

    async def ask(self, dialog: ModalScreen[T]) -> T | None:
        """Show the dialog and wait for its answer; `None` if the user left it."""
