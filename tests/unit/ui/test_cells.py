"""What stands in the table's cells."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headswap_tui.domain.events import Forecast, Stall, Transfer
from headswap_tui.domain.task import Download, DownloadState, LastError, TrackedTask
from headswap_tui.ui.glyphs import ASCII, UNICODE
from headswap_tui.ui.presentation import cells
from headswap_tui.ui.presentation.cells import Look
from headswap_tui.ui.presentation.columns import COLUMNS, lay_out
from headswap_tui.ui.presentation.extras import NO_EXTRAS, Extras
from headswap_tui.ui.presentation.pieces import ascii_only, fit, line_width, plain
from headswap_tui.ui.presentation.roles import ROLES
from tests.conftest import NOON_MS
from tests.unit.ui import records
from tests.unit.ui.records import ASCII_LOOK, LOOK, MINUTE_MS, completed, failed, processing, tracked

REFUSED = LastError("refused", "no such content", NOON_MS)


@pytest.mark.parametrize(
    ("task", "wanted"),
    [
        (tracked(), "· pending"),
        (tracked(status=1), "◌ queued"),
        (processing(), "◐ processing"),
        (completed(), "✔ completed"),
        (completed(url=None), "✔ completed…"),
        (failed(), "✖ failed"),
        (tracked(status=7), "? unknown (7)"),
        (tracked(progress=3.0), "? unknown (none)"),
        (tracked(more={"refusals": 5}), "∅ missing"),
        (processing(more={"last_error": REFUSED}), "◐ processing !"),
    ],
)
def test_a_state_is_a_sign_and_a_word(task: TrackedTask, wanted: str) -> None:
    assert plain(cells.state(task, NO_EXTRAS, LOOK, 18)) == wanted


def test_the_error_mark_survives_the_narrowest_column() -> None:
    task = processing(more={"last_error": REFUSED})
    assert plain(cells.state(task, NO_EXTRAS, LOOK, 13)) == "◐ processing!"


def test_a_stalled_task_is_marked_unless_something_worse_is_wrong() -> None:
    stalled = Extras(stall=Stall(NOON_MS, 60.0))
    assert plain(cells.state(processing(), stalled, LOOK, 18)) == "◐ processing ‖"
    assert plain(cells.state(processing(), stalled, ASCII_LOOK, 18)) == "@ processing ="
    late = LastError("unreachable", "no answer", NOON_MS)
    assert plain(cells.state(processing(more={"last_error": late}), stalled, LOOK, 18)) == "◐ processing !"


def forecast(progress: float | None, left_s: float = 90) -> Extras:
    return Extras(Forecast(NOON_MS + int(left_s * 1000), 4.0, progress))


@pytest.mark.parametrize(
    ("task", "extras", "wanted"),
    [
        (processing(progress=50.0), NO_EXTRAS, "━━━━━─────   50%"),
        (processing(progress=47.5), forecast(52.9), "━━━━━─────  ~52%"),
        (processing(progress=47.5), forecast(47.9), "━━━━╸─────   47%"),
        (processing(progress=None), NO_EXTRAS, ""),
        (processing(progress=0.0), NO_EXTRAS, "──────────    0%"),
        (tracked(status=1, progress=0.0), NO_EXTRAS, ""),
        (completed(), NO_EXTRAS, "━━━━━━━━━━  100%"),
        (failed(), NO_EXTRAS, "━━━━━━────   63%"),
        (tracked(), NO_EXTRAS, ""),
    ],
)
def test_progress_is_a_bar_and_a_number(task: TrackedTask, extras: Extras, wanted: str) -> None:
    assert plain(cells.progress(task, extras, LOOK, 16)) == wanted


@pytest.mark.parametrize(
    ("transfer", "download", "wanted"),
    [
        (Transfer(DownloadState.RUNNING, 35, 100), None, "↓ 35%"),
        (Transfer(DownloadState.RUNNING, 100, 100), None, "↓100%"),
        (Transfer(DownloadState.RUNNING, 35), None, "↓ ..."),
        (Transfer(DownloadState.QUEUED), None, "↓wait"),
        (None, Download(DownloadState.DONE, bytes=9, total=9), "saved"),
        (None, Download(DownloadState.FAILED, error="gone"), "↓fail"),
        (None, Download(DownloadState.CANCELLED, bytes=4, total=8), "↓stop"),
        (Transfer(DownloadState.RUNNING, 50, 100), Download(DownloadState.FAILED), "↓ 50%"),
    ],
)
def test_a_download_takes_the_progress_column(
    transfer: Transfer | None, download: Download | None, wanted: str
) -> None:
    line = cells.progress(completed(download=download), Extras(None, transfer), LOOK, 16)
    assert plain(line)[10:].strip() == wanted
    assert line_width(line) == 16


def test_the_bar_has_an_ascii_form() -> None:
    assert plain(cells.progress(processing(progress=50.0), NO_EXTRAS, ASCII_LOOK, 16)) == "#####-----   50%"


@pytest.mark.parametrize(
    ("task", "extras", "wanted"),
    [
        (processing(), forecast(60, left_s=190), "in ~3m"),
        (processing(), forecast(60, left_s=43), "in ~40s"),
        (processing(), forecast(60, left_s=-30), "due now"),
        (tracked(status=1, created_ms=NOON_MS - 12 * MINUTE_MS), NO_EXTRAS, "for 12m"),
        (completed(), NO_EXTRAS, "1m ago"),
        (completed(finished_ms=NOON_MS - 9000), NO_EXTRAS, "just now"),
        (completed(finished_ms=NOON_MS + 9000), NO_EXTRAS, "just now"),
        (completed(finished_ms=NOON_MS - 47 * records.HOUR_MS), NO_EXTRAS, "47h ago"),
        (completed(finished_ms=NOON_MS - 50 * records.HOUR_MS), NO_EXTRAS, "2d ago"),
    ],
)
def test_eta_while_it_runs_and_age_when_it_ended(task: TrackedTask, extras: Extras, wanted: str) -> None:
    assert plain(cells.eta(task, extras, LOOK, 9)) == wanted


@pytest.mark.parametrize(
    ("transfer", "width", "age", "name"),
    [
        (Transfer(DownloadState.RUNNING, 35, 100, 2_400_000.0, 43.0), 40, "in ~40s", "Hero shot of the day  2.4 MB/s"),
        (Transfer(DownloadState.RUNNING, 35, 100, 2_400_000.0, 0.4), 24, "due now", "Hero shot of…  2.4 MB/s"),
        (Transfer(DownloadState.RUNNING, 35), 40, "1m ago", "Hero shot of the day  #rush"),
        (Transfer(DownloadState.QUEUED), 40, "1m ago", "Hero shot of the day  #rush"),
        (
            Transfer(DownloadState.RUNNING, 35, 100, note="retrying in 4 s (connection reset)"),
            60,
            "1m ago",
            "Hero shot of the day  retrying in 4 s (connection reset)",
        ),
        (Transfer(DownloadState.RUNNING, 1, 9, note="a\x1b[2Jb"), 40, "1m ago", "Hero shot of the day  a␛[2Jb"),
    ],
)
def test_a_moving_download_shows_how_fast_it_is_and_when_it_ends(
    transfer: Transfer, width: int, age: str, name: str
) -> None:
    task = completed(label="Hero shot of the day", tags=("rush",))
    extras = Extras(None, transfer)
    assert plain(cells.eta(task, extras, LOOK, 9)) == age
    assert plain(fit(cells.name(task, extras, LOOK, width), width, LOOK.glyphs.ellipsis)).rstrip() == name


def test_a_length_is_minutes_and_seconds() -> None:
    shown = [plain(cells.duration(tracked(status=2, video_duration=s), NO_EXTRAS, LOOK, 7)) for s in (5, 184.2, 3725)]
    assert shown == ["0:05", "3:04", "1:02:05"]
    assert plain(cells.duration(tracked(), NO_EXTRAS, LOOK, 7)) == "–"


@pytest.mark.parametrize(
    ("task", "wanted"),
    [
        (tracked(more={"label": "Hero shot", "tags": ("rush", "4k")}), "Hero shot  #rush #4k"),
        (tracked(status=2, file_name="clip[red].mp4"), "clip[red].mp4"),
        (failed(), "6a066dc58570ecbf64f70001  no face found"),
        (tracked(more={"label": "x", "last_error": REFUSED}), "x  refused by the service"),
        (tracked(more={"label": "x", "notify": True}), "♪ x"),
        (tracked(more={"label": "a\x1b[2Jb"}), "a␛[2Jb"),
    ],
)
def test_a_name_has_a_remark_beside_it(task: TrackedTask, wanted: str) -> None:
    assert plain(cells.name(task, NO_EXTRAS, LOOK, 60)) == wanted


@pytest.mark.parametrize(
    ("label", "width", "wanted"),
    [
        ("A very long label of a task", 32, "A very long l…  no face found i…"),
        ("A very long label of a task", 60, "A very long label of a task  no face found in frames 120-188"),
        ("Short", 32, "Short  no face found in frames…"),
        ("A very long label of a task", 18, "A very…  no face…"),
        ("A very long label of a task", 14, "A very long l…"),
    ],
)
def test_why_it_failed_has_half_of_the_cell(label: str, width: int, wanted: str) -> None:
    task = msgspec.structs.replace(failed(reason="no face found in frames 120-188"), label=label)
    shown = plain(fit(cells.name(task, NO_EXTRAS, LOOK, width), width, LOOK.glyphs.ellipsis))
    assert shown.rstrip() == wanted


def test_a_remark_without_room_stays_away() -> None:
    task = tracked(more={"label": "Hero shot", "tags": ("a-long-tag-name",)})
    assert plain(cells.name(task, NO_EXTRAS, LOOK, 16)) == "Hero shot"


@settings(max_examples=150, deadline=None)
@given(task=records.tasks, extras=records.extras, width=st.integers(0, 200), ascii_only_=st.booleans())
def test_every_cell_of_any_record_has_exactly_its_columns_width(
    task: TrackedTask, extras: Extras, width: int, ascii_only_: bool
) -> None:
    glyphs = ASCII if ascii_only_ else UNICODE
    look = Look(glyphs, NOON_MS)
    for placed in lay_out(width):
        line = placed.column.cell(task, extras, look, placed.width)
        if ascii_only_:
            line = ascii_only(line)
            assert plain(line).isascii()
        shown = fit(line, placed.width, glyphs.ellipsis, placed.column.align)
        assert line_width(shown) == placed.width, placed.column.id
        assert all(ord(char) >= 0x20 and not 0x7F <= ord(char) < 0xA0 for char in plain(shown))
        assert {role for _text, role in shown} <= {"", *ROLES}


@settings(max_examples=100, deadline=None)
@given(task=records.tasks, extras=records.extras)
def test_any_record_has_a_place_in_every_order(task: TrackedTask, extras: Extras) -> None:
    for column in COLUMNS:
        key = column.key(task, extras)
        assert key is None or not key < key
