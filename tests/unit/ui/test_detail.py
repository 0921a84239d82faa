"""The lines of the detail pane."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headswap_tui.domain.events import Forecast, Stall, Transfer
from headswap_tui.domain.task import Change, Download, DownloadState, LastError, TrackedTask
from headswap_tui.domain.wording import trouble
from headswap_tui.ui.presentation import times
from headswap_tui.ui.presentation.detail import detail_lines
from headswap_tui.ui.presentation.extras import NO_EXTRAS, Extras
from headswap_tui.ui.presentation.pieces import line_width, plain
from headswap_tui.ui.presentation.roles import ROLES
from tests.conftest import NOON_MS
from tests.unit.ui import records
from tests.unit.ui.records import ASCII_LOOK, LOOK, MINUTE_MS, completed, failed, processing, tracked

KEYS = {"download": "d", "cancel_download": "D", "copy_url": "Y", "copy_id": "y", "open": "o", "refresh": "r"}


def text(task: TrackedTask, extras: Extras = NO_EXTRAS, *, width: int = 60, keys: dict[str, str] | None = None) -> str:
    lines = detail_lines(task, extras, LOOK, KEYS if keys is None else keys, width, wrapped=True)
    return "\n".join(plain(line).rstrip() for line in lines)


def test_a_failure_says_why_before_anything_else() -> None:
    lines = text(failed(reason="No face was found in the source image.")).splitlines()
    assert lines[0] == "✖ failed"
    assert lines[3:5] == ["▌ No face was found in the source image.", "▌ error code 1203"]
    assert "create a new task" in "\n".join(lines[5:10])
    assert "if it is that code: Video and audio do not fit" in " ".join(lines[5:8])
    assert "published" not in text(failed(code=20012.0))
    assert " !  all failures" in text(failed(), keys={"failures": "!"})


def test_a_failure_without_a_reason_says_so() -> None:
    assert "The service gave no reason." in text(failed(reason=None, code=None))


def test_a_completed_task_offers_its_download_with_the_key() -> None:
    assert " d  download the video" in text(completed())
    assert "download the video" in text(completed(), keys={})


def test_an_address_is_shown_without_its_query() -> None:
    shown = text(completed(url="https://me:pw@files.example/a.mp4?sig=topsecret"))
    assert "https://files.example/a.mp4" in shown
    assert "topsecret" not in shown
    assert "pw" not in shown


def test_an_address_says_when_it_ends() -> None:
    ends = (NOON_MS + 90 * MINUTE_MS) // 1000
    assert "expires in 1h 30m" in text(completed(url=f"https://f.example/a.mp4?Expires={ends}&Signature=x"))
    assert "expired" in text(completed(url=f"https://f.example/a.mp4?Expires={ends - 9000}"))
    shown = " ".join(text(completed(url="https://f.example/a.mp4")).split())
    assert "may expire in 6d 23h, fetch it soon (7 days is a guess)" in shown


def test_how_far_another_process_has_come_is_shown() -> None:
    moving = Download(DownloadState.RUNNING, bytes=4_000_000, total=8_000_000, at_ms=NOON_MS - 3000)
    assert "4.0 MB of 8.0 MB downloaded just now" in text(completed(download=moving))
    assert "download not yet begun" in text(completed(download=Download(DownloadState.QUEUED)))


def test_completed_without_a_file_waits_for_it() -> None:
    shown = text(completed(url=None))
    assert "waiting for its file" in shown
    assert "download" not in shown


@pytest.mark.parametrize(
    ("download", "wanted"),
    [
        (Download(DownloadState.DONE, "/home/me/a.mp4", 8_412_000, 8_412_000), ["✔ saved  8.4 MB", "/home/me/a.mp4"]),
        (
            Download(DownloadState.FAILED, error="The hosted file is gone."),
            ["The hosted file is gone.", " d  try again"],
        ),
        (Download(DownloadState.CANCELLED, bytes=4000), ["download cancelled; 4.0 kB kept", " d  go on"]),
    ],
)
def test_a_download_that_ended_says_how(download: Download, wanted: list[str]) -> None:
    shown = text(completed(download=download))
    assert all(part in shown for part in wanted), shown


def test_a_running_download_shows_how_far_and_how_fast() -> None:
    transfer = Transfer(DownloadState.RUNNING, 3_100_000, 8_400_000, 1_240_000, 4.3, "retrying in 4 s")
    shown = text(completed(), Extras(None, transfer))
    assert " 36%" in shown
    assert "3.1 MB of 8.4 MB, 1.2 MB/s, 4s left" in shown
    assert "retrying in 4 s" in shown
    assert " D  cancel" in shown


def test_progress_has_a_history_and_an_end() -> None:
    history = {str(NOON_MS - n * 10_000): Change(progress=100.0 - 10 * n) for n in range(9, 4, -1)}
    task = processing(progress=50.0, more={"history": history})
    shown = text(task, Extras(Forecast(NOON_MS + 90_000, 12.0, 55.0)))
    assert "~55%  answered 50%" in shown
    assert "ends in ~1m ± 10s" in shown
    plot = shown[shown.index("100% ") :].splitlines()[:5]
    assert plot[0].rstrip().endswith("█"), "the foreseen part reaches the top at its end"
    assert plot[3].startswith("  0% ")
    assert "now" in plot[4]


def test_the_plot_shows_a_standstill_as_one_and_no_future_of_what_ended() -> None:
    history = {str(NOON_MS - 60_000): Change(progress=50.0), str(NOON_MS): Change(progress=51.0)}
    done = completed(history=history)
    lines = text(done).splitlines()
    plot = lines[lines.index("100%") :][:5]
    assert len(set(plot[2][5:])) == 1
    assert "now" not in plot[4]
    assert plot[4].split("─")[0].strip() == times.stamp(NOON_MS - 60_000, NOON_MS)


@pytest.mark.parametrize(
    ("task", "wanted"),
    [
        (tracked(), "Not answered yet; added 5m 00s ago."),
        (tracked(status=1), "In the queue for 5m 00s"),
        (tracked(status=7), "not a documented one"),
        (processing(progress=None), "No progress reported yet."),
    ],
)
def test_what_waits_says_for_what(task: TrackedTask, wanted: str) -> None:
    assert wanted in text(task)


def error(kind: str) -> LastError:
    return LastError(kind, "Something [/b] happened\x1b[2J.", NOON_MS - 42_000)


@pytest.mark.parametrize(
    ("kind", "refusals", "wanted"),
    [
        ("unreachable", 0, "as soon as the service can be reached. What stands here is from 3m ago."),
        ("refused", 2, "Refusal 2 in a row: asked ever more rarely, it is missing after 5."),
        ("refused", 0, "It is asked again by itself."),  # for want of credit: not the task is refused
        ("refused", 5, "Refused 5 times in a row"),
        ("auth", 0, "until the credential is right again"),
        ("throttled", 0, "more slowly"),
        ("server", 0, "on the service's side"),
        ("garbled", 0, "asked again by itself"),
    ],
)
def test_an_error_of_ours_says_what_happened_and_what_comes(kind: str, refusals: int, wanted: str) -> None:
    more = {"last_error": error(kind), "refusals": refusals, "answered_ms": NOON_MS - 3 * MINUTE_MS}
    shown = text(processing(more=more), width=200)
    assert f"{trouble(kind)}, 40s ago" in shown
    assert "Something [/b] happened␛[2J." in shown
    assert wanted in shown


def test_an_error_of_ours_says_when_it_is_tried_again() -> None:
    waiting = processing(more={"last_error": error("garbled")})
    assert "asked again by itself. Next time in 15s." in text(waiting, Extras(due_s=17.4), width=200)
    assert "It is asked about now." in text(waiting, Extras(due_s=0.0), width=200)
    assert "Next time" not in text(waiting, Extras(due_s=None), width=200), "nobody can say while nothing is asked"
    ended = tracked(status=4, more={"last_error": error("garbled"), "finished_ms": NOON_MS})
    assert "Next time" not in text(ended, Extras(due_s=17.4), width=200)


def test_every_field_of_the_answer_is_somewhere() -> None:
    task = tracked(
        status=2, progress=10.0, resolution="720p", video_duration=12.5, created_ms=NOON_MS - MINUTE_MS,
        source_video_url="https://s.example/in.mp4", file_name="out.mp4", model_name="akool-premium",
        deduction_duration=12.5, priority=3, uid=101400, team_id="team-1", provider_task_id="hs-9",
        other={"webhook": "https://h.example", "nested": {"a": [1, 2]}},
    )  # fmt: skip
    shown = text(task)
    for part in (
        "out.mp4", "720p", "0:13", "12.5 s", "akool-premium", "https://s.example/in.mp4", "101400", "team-1", "hs-9",
        "webhook", "https://h.example", '{"a":[1,2]}', task.id, "Other fields", "Billing", "Identifiers",
    ):  # fmt: skip
        assert part in shown, part


def test_unwrapped_values_are_cut_but_sentences_never() -> None:
    task = failed(reason="words " * 30)
    lines = [plain(line) for line in detail_lines(task, NO_EXTRAS, LOOK, KEYS, 40, wrapped=False)]
    assert "".join(lines).count("words") == 30
    long = tracked(status=2, file_name="x" * 100)
    cut = [plain(line) for line in detail_lines(long, NO_EXTRAS, LOOK, KEYS, 40, wrapped=False)]
    assert any(line.endswith("…") and "File" in line for line in cut)


@settings(max_examples=200, deadline=None)
@given(task=records.tasks, extras=records.extras, width=st.integers(12, 120), wrapped=st.booleans())
def test_any_record_makes_lines_of_the_width_with_nothing_harmful(
    task: TrackedTask, extras: Extras, width: int, wrapped: bool
) -> None:
    for line in detail_lines(task, extras, LOOK, KEYS, width, wrapped=wrapped):
        assert line_width(line) <= width
        assert all(ord(char) >= 0x20 and not 0x7F <= ord(char) < 0xA0 for char in plain(line))
        assert {role for _text, role in line} <= {"", *ROLES}


@settings(max_examples=50, deadline=None)
@given(task=records.tasks, extras=records.extras)
def test_ascii_means_ascii(task: TrackedTask, extras: Extras) -> None:
    lines = detail_lines(task, extras, ASCII_LOOK, KEYS, 60, wrapped=True)
    assert all(plain(line).isascii() for line in lines)


def test_a_stall_is_said_in_words_counted_to_the_last_answer() -> None:
    since = NOON_MS - 14 * MINUTE_MS
    task = processing(more={"answered_ms": NOON_MS})
    assert "‖ No progress for 14m 00s; normal is 3m 00s at most." in text(task, Extras(stall=Stall(since, 180.0)))
    assert "No progress for" not in text(task)


def test_the_changes_are_listed_newest_first_and_bounded() -> None:
    history = {
        str(NOON_MS - 3 * MINUTE_MS): Change(status=1),
        str(NOON_MS - 2 * MINUTE_MS): Change(status=2, progress=12.5, gap_s=45.0),
        str(NOON_MS - MINUTE_MS): Change(error="unreachable"),
        str(NOON_MS): Change(status=3, progress=100.0, url=True),
    }
    shown = text(tracked(status=3, video_url="https://f.example/v.mp4", more={"history": history}))
    lines = [line[13:] for line in shown.partition("Changes ")[2].splitlines()[1:]]
    assert lines == [
        "✔ completed  100%  the file's address",
        "! no answer",
        "◐ processing  12.5%  or up to 45s before",
        "◌ queued",
    ]
    many = {str(NOON_MS - 1000 * second): Change(progress=float(60 - second)) for second in range(60, 0, -1)}
    log = text(processing(more={"history": many})).partition("Changes ")[2].splitlines()[1:]
    assert log[0].endswith("59%")
    assert log[-1] == "and 36 before these"
    assert len(log) == 25
