"""The scenes of the pictures: every screen and every state, with words that must be readable on each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import msgspec
from textual import events
from textual.pilot import Pilot

from headswap_tui.domain.errors import StoreDamaged
from headswap_tui.domain.events import Connection, Mode, Stall, Transfer
from headswap_tui.domain.task import Download, DownloadState, TrackedTask
from headswap_tui.preview.frames import Frame, Strip
from headswap_tui.ui.app import HeadswapApp
from headswap_tui.ui.pictures.drawing import draw
from headswap_tui.ui.pictures.library import Cell
from headswap_tui.ui.screens.main import MainScreen
from tests.scenes import (
    HOUR,
    MINUTE,
    NOW_MS,
    OFFLINE,
    REFUSED,
    app,
    ended,
    engine,
    failing,
    of_two_weeks,
    task_id,
)
from tests.ui.fake_engine import FakeEngine


def film() -> Strip:
    """Frames of a sun that goes down over the sea."""

    def pixel(x: int, y: int, number: int) -> tuple[int, int, int]:
        if (x - 30 - 18 * number) ** 2 + (y - 20 - 7 * number) ** 2 < 150 and y < 60:
            return 255, 220 - 12 * number, 120
        if y < 60:
            return 40 + 2 * y + 6 * number, 90 + y // 2 - 6 * number, 190 - y - 12 * number
        return 10, 40 + (x + 3 * y) % 16, 90 + y // 3 - 6 * number

    return tuple(
        Frame(
            2.5 + 5 * number,
            160,
            90,
            bytes(part for y in range(90) for x in range(160) for part in pixel(x, y, number)),
        )
        for number in range(6)
    )


Steps = Callable[[Pilot[None]], Awaitable[None]]
DARK, LIGHT = "headswap-dark", "headswap-light"
SMALL, WIDE = (80, 24), (120, 36)


@dataclass(frozen=True)
class Scene:
    """A picture: who is on it, what was done before it was taken, and words that must be readable on it."""

    name: str
    size: tuple[int, int]
    theme: str
    says: str
    keys: tuple[str, ...] = ()
    on: int | None = None
    """Number of the task that the cursor goes to first."""
    paste: str = ""
    made: Callable[[], FakeEngine] = engine
    run: str = ""
    """A command without a key, run after the keys."""
    has_frames: bool = False
    """Whether frames of a made-up video stand in the detail pane."""

    def app(self) -> HeadswapApp:
        """The dashboard that the picture is taken of."""
        return app(self.made(), theme=self.theme)

    async def act(self, pilot: Pilot[None]) -> None:
        """Do what comes before the picture."""
        await pilot.pause()
        screen = pilot.app.screen
        if isinstance(screen, MainScreen) and self.on is not None:
            screen.table.move_to(task_id(self.on))
        await pilot.press(*self.keys)
        if isinstance(screen, MainScreen) and self.run:
            screen.run_command(self.run)
        if isinstance(screen, MainScreen) and self.has_frames:
            await pilot.pause()  # the pane shows the task first
            pane = screen.body.detail
            pane.show_frames(draw(film(), "halfblock", *pane.room, Cell(10, 20, is_known=False)))
        if self.paste:
            pilot.app.post_message(events.Paste(self.paste))
        await pilot.pause()


def with_connection(connection: Connection, tasks: list[TrackedTask] | None = None) -> Callable[[], FakeEngine]:
    """An engine whose status line says this."""

    def make() -> FakeEngine:
        made = engine(tasks)
        made.connection = connection
        return made

    return make


def damaged() -> FakeEngine:
    """An engine whose store cannot be opened."""
    made = engine()
    made.trouble_at_open = StoreDamaged(
        "/home/ada/.local/share/headswap-tui/default/tasks.jsonl is damaged: line 7 does not match its checksum.",
        "The last good generation is kept beside it as tasks.jsonl.bak.",
    )
    return made


CREDIT = Connection(
    mode=Mode.NO_CREDIT, message="The account has no credit left (code 1103). Running tasks are asked slowly."
)
PAUSED = Connection(mode=Mode.PAUSED, since_ms=NOW_MS - MINUTE)
FOLLOWING = Connection(mode=Mode.FOLLOWING, leader_pid=4711)
UNSAVED = Connection(
    mode=Mode.LIVE,
    store_trouble="The disk is read-only: what happens now is shown but not saved. It is tried again by itself.",
)


def with_transfers() -> FakeEngine:
    """One download that waits, one that failed, one cancelled, and a video that may soon be gone."""
    made = engine()
    made.transfers[task_id(12)] = Transfer(DownloadState.QUEUED, 0, None)
    for number, state, error in (
        (21, DownloadState.FAILED, "The disk is full: 31.2 MB more are needed in /home/ada/Downloads."),
        (22, DownloadState.CANCELLED, None),
    ):
        task = ended(number, 3, f"Clip {number}", age_ms=number * MINUTE)
        download = Download(state, path=f"/home/ada/Downloads/headswap/clip_{number}.mp4", bytes=9_100_000, error=error)
        made.put(msgspec.structs.replace(task, download=download))
    made.put(ended(23, 3, "Nearly gone", age_ms=160 * HOUR))
    return made


def stalled() -> FakeEngine:
    """One that stopped moving."""
    made = engine()
    made.stalls[task_id(2)] = Stall(NOW_MS - 9 * MINUTE, 180.0)
    made.forecasts.pop(task_id(2))
    return made


MIXED = "\n".join([*(task_id(number) for number in (1, 2, 40, 41, 42)), "and a word"])

SCENES = (
    Scene("main", SMALL, DARK, "Music video", on=2),
    Scene("main", SMALL, LIGHT, "Music video", on=2),
    Scene("main", WIDE, DARK, "Music video", on=2),
    Scene("main", WIDE, LIGHT, "Music video", on=2),
    Scene("failed", SMALL, LIGHT, "No face was found", on=13),
    Scene("failed", WIDE, DARK, "No face was found", on=13),
    Scene("failures", SMALL, DARK, "Create the task once more", ("exclamation_mark", "j"), made=failing),
    Scene("failures", WIDE, LIGHT, "does not publish", ("exclamation_mark",), made=failing),
    Scene("insight", SMALL, LIGHT, "Processing", ("dollar_sign", "m", "m", "m"), made=of_two_weeks),
    Scene("insight", WIDE, DARK, "Processing", ("dollar_sign",), made=of_two_weeks),
    Scene("insight_plot", SMALL, DARK, "by day", ("dollar_sign", "p"), made=of_two_weeks),
    Scene("saved", WIDE, LIGHT, "take_11_final.mp4", on=11),
    Scene("frames", WIDE, DARK, "0:28", on=11, has_frames=True),
    Scene("frames", SMALL, LIGHT, "0:28", on=11, has_frames=True),
    Scene("downloading", SMALL, DARK, "17.3 MB of 48.0 MB", on=16),
    Scene("offline", SMALL, DARK, "Could not connect", made=with_connection(OFFLINE)),
    Scene("refused", WIDE, LIGHT, "was refused", made=with_connection(REFUSED)),
    Scene("empty", SMALL, DARK, "Nothing is tracked yet", made=with_connection(Connection(Mode.NO_KEY), [])),
    Scene("empty", WIDE, LIGHT, "Nothing is tracked yet", made=with_connection(Connection(Mode.LIVE), [])),
    Scene("filter", WIDE, DARK, "2 of 12", ("slash", *"!tag:client-b", "space", *"state:f")),
    Scene("filter_kept", SMALL, DARK, "esc clears", ("slash", *"res:720p", "space", *"age<2h", "space", *"t", "enter")),
    Scene("filter_error", SMALL, LIGHT, "is no state", ("slash", *"tag:x", "space", *"state:faild", "space")),
    Scene("filter_empty", SMALL, LIGHT, "No task matches the filter", ("slash", *"zz")),
    Scene("marks", SMALL, DARK, "Teaser 30s", ("space", "space", "v", "j", "j")),
    Scene("add", SMALL, DARK, "3 new, 2 already tracked, 3 not ids", paste=MIXED),
    Scene("add", WIDE, LIGHT, "3 new, 2 already tracked, 3 not ids", paste=MIXED),
    Scene("edit", SMALL, LIGHT, "Trailer, English dub", ("e",), on=1),
    Scene("confirm", SMALL, DARK, "Remove 2 tasks", ("space", "space", "x")),
    Scene("help", WIDE, DARK, "Copy id", ("question_mark",)),
    Scene("raw", WIDE, LIGHT, "error_code", ("J",), on=13),
    Scene("sort", SMALL, LIGHT, "Sort by", ("s",)),
    Scene("columns", SMALL, DARK, "show or hide", ("c", "j", "space")),
    Scene("theme", WIDE, DARK, "headswap-contrast", run="theme"),
    Scene("link", SMALL, DARK, "Open it on yours", ("o",), on=12),
    Scene("palette", SMALL, LIGHT, "Track one id", ("colon",)),
    Scene("trouble", SMALL, DARK, "headswap-tui doctor", made=damaged),
    Scene("credit", SMALL, LIGHT, "no credit left", made=with_connection(CREDIT)),
    Scene("paused", SMALL, DARK, "paused", made=with_connection(PAUSED)),
    Scene("following", SMALL, LIGHT, "following pid 4711", made=with_connection(FOLLOWING)),
    Scene("unsaved", SMALL, DARK, "not saving", made=with_connection(UNSAVED)),
    Scene("stalled", SMALL, LIGHT, "No progress for", on=2, made=stalled),
    Scene("unknown", SMALL, DARK, "not a documented one", on=17),
    Scene("missing", SMALL, LIGHT, "Refused 5 times", on=15),
    Scene("waiting", SMALL, DARK, "waiting for its turn", on=12, made=with_transfers),
    Scene("download_failed", SMALL, LIGHT, "The disk is full", on=21, made=with_transfers),
    Scene("expiring", SMALL, DARK, "may expire in", on=23, made=with_transfers),
    Scene("removed", SMALL, DARK, "brings it back", ("x",), on=13),
    Scene("tiny", (40, 10), DARK, "processing"),
    Scene("tiny_detail", (40, 10), LIGHT, "Music video", ("enter",), on=2),
    Scene("terminal_colours", SMALL, "headswap-ansi", "Music video", ("space",), on=2),
    Scene("contrast", WIDE, "headswap-contrast", "Music video", ("space",), on=2),
)
