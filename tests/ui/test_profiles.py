"""Going to another account in place, and the callbacks of the one that is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from headswap_tui.config.settings import Settings
from headswap_tui.domain.errors import StoreDamaged, StoreError
from tests import scenes
from tests.ui.driving import Desk, dashboard
from tests.ui.fake_engine import FakeEngine

WARNING = "HEADSWAP_API_KEY is used for every profile, this one too."


@dataclass
class FakeWebhook:
    """Listens nowhere."""

    url: str = "http://127.0.0.1:8734/secret-part"
    trouble: str = ""
    says: str = ""
    """Told at the start."""
    started: bool = False
    stopped: bool = False

    def start(self, tell: Callable[[str], None]) -> None:
        self.started = True
        if self.says:
            tell(self.says)

    async def stop(self) -> None:
        self.stopped = True


@dataclass
class Choice:
    """A profile as the dialog shows it."""

    name: str
    accent: str | None = None
    base_url: str = "https://openapi.akool.com"
    credential: str | None = None


@dataclass
class Opened:
    """A profile that can be shown."""

    engine: FakeEngine
    settings: Settings
    webhook: FakeWebhook | None = None
    warning: str = ""


@dataclass
class FakeProfiles:
    """Two accounts; the other one has two tasks."""

    place: Path
    warning: str = ""
    trouble: StoreError | None = None
    webhook: FakeWebhook | None = None
    opened: list[Opened] = field(default_factory=list)

    def choices(self, current: str) -> list[Choice]:
        assert current == "default"
        return [Choice("default"), Choice("client-b", "orange", credential="environment HEADSWAP_API_KEY")]

    def counts(self, profile: str) -> tuple[int, int] | None:
        if self.trouble is not None:
            raise self.trouble
        return None if profile == "default" else (1, 3)

    def open(self, profile: str) -> Opened:
        if self.trouble is not None:
            raise self.trouble
        tasks = [scenes.ended(81, 3, "Poster"), scenes.processing(82, 30.0, "Banner")]
        settings = Settings(profile=profile, data_dir=self.place, state_dir=self.place / "state", accent="orange")
        engine = FakeEngine(tasks, now_ms=lambda: scenes.NOW_MS, profile=profile)
        self.opened.append(Opened(engine, settings, self.webhook, self.warning))
        return self.opened[-1]


def idle() -> FakeEngine:
    """The scene's tasks with nothing being fetched."""
    engine = scenes.engine()
    engine.transfers.clear()
    return engine


async def choose_the_other(desk: Desk) -> None:
    await desk.press("P")
    await desk.opened("ProfileDialog")
    await desk.press("j", "enter")


def status_line(desk: Desk) -> str:
    return desk.screen_text().splitlines()[0]


async def test_the_other_one_takes_its_place_and_nothing_is_left(tmp_path: Path) -> None:
    profiles = FakeProfiles(tmp_path, WARNING)
    engine = idle()
    async with dashboard(engine, profiles=profiles) as desk:
        await desk.press("slash", *"state:processing", "enter", "z")
        await desk.expect(lambda: desk.main.undo.words)
        await desk.press("space")
        before = desk.main
        await desk.press("P")
        await desk.opened("ProfileDialog")
        await desk.expect(lambda: "3 tasks, 1 active" in desk.screen_text())
        shown = desk.screen_text()
        assert "client-b" in shown and "many tasks" in shown and "environment HEADSWAP_API_KEY" in shown
        await desk.press("j", "enter")
        await desk.expect(lambda: desk.engine.stopped and profiles.opened and profiles.opened[0].engine.started)
        await desk.said(WARNING)
        assert desk.main is not before and not before.is_attached
        assert "client-b" in status_line(desk)
        text = desk.screen_text()
        assert "Poster" in text and "Banner" in text and "Music video" not in text
        assert (desk.main.undo.words, desk.main.lineup.filter_text, len(desk.main.targets())) == ("", "", 1)
        assert len(desk.toasts) == 1
        engine.put(scenes.processing(3, 99.0))  # what the old one still says is nobody's business
        await desk.press("x")
        assert profiles.opened[0].engine.called("remove")


async def test_one_that_cannot_be_opened_leaves_you_where_you_are(tmp_path: Path) -> None:
    trouble = StoreDamaged("client-b/tasks.jsonl is damaged: line 7.", "Run doctor.")
    async with dashboard(idle(), profiles=FakeProfiles(tmp_path, trouble=trouble)) as desk:
        before = desk.main
        await choose_the_other(desk)
        await desk.said("client-b/tasks.jsonl is damaged")
        assert desk.main is before and not desk.engine.stopped
        assert "default" in status_line(desk)


async def test_it_asks_while_a_download_runs(tmp_path: Path) -> None:
    profiles = FakeProfiles(tmp_path)
    engine = scenes.engine()
    async with dashboard(engine, profiles=profiles) as desk:
        await choose_the_other(desk)
        await desk.opened("ConfirmDialog")
        assert "Leave default while a download runs?" in desk.screen_text()
        await desk.press("escape")
        await desk.closed()
        assert not engine.stopped and not profiles.opened
        await choose_the_other(desk)
        await desk.opened("ConfirmDialog")
        await desk.press("y")
        await desk.expect(lambda: engine.stopped and "client-b" in status_line(desk))


async def test_the_same_one_or_none_changes_nothing(tmp_path: Path) -> None:
    profiles = FakeProfiles(tmp_path)
    async with dashboard(profiles=profiles) as desk:
        for key in ("enter", "escape"):
            await desk.press("P")
            await desk.opened("ProfileDialog")
            await desk.press(key)
            await desk.closed()
        assert not profiles.opened and not desk.engine.stopped


async def test_without_other_profiles_it_says_so() -> None:
    async with dashboard() as desk:
        await desk.press("P")
        await desk.said("The demo has this one profile only.")
        assert desk.dialog == "MainScreen"


async def test_callbacks_are_listened_for_as_long_as_the_account_is_shown(tmp_path: Path) -> None:
    first, second = FakeWebhook(says="Callbacks are not listened for: port taken."), FakeWebhook()
    async with dashboard(idle(), webhook=first, profiles=FakeProfiles(tmp_path, webhook=second)) as desk:
        await desk.said("port taken")
        await choose_the_other(desk)
        await desk.expect(lambda: second.started)
        assert first.stopped and not second.stopped
    assert second.stopped


async def test_the_callback_url_is_shown_and_copied() -> None:
    async with dashboard(webhook=FakeWebhook()) as desk:
        desk.main.run_command("webhook")
        await desk.opened("LinkDialog")
        assert "http://127.0.0.1:8734/secret-part" in desk.screen_text()
        await desk.press("y")
        assert desk.app.clipboard == "http://127.0.0.1:8734/secret-part"


async def test_without_callbacks_the_reason_is_said() -> None:
    async with dashboard(webhook=FakeWebhook(url="", trouble="127.0.0.1:8734 is taken.")) as desk:
        desk.main.run_command("webhook")
        await desk.said("127.0.0.1:8734 is taken.")
    async with dashboard() as desk:
        desk.main.run_command("webhook")
        await desk.said("`listen` in [webhook]")
        assert desk.dialog == "MainScreen"
