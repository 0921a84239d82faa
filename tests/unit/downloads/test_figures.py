"""Speed, waits and amounts."""

from __future__ import annotations

import math

import pytest

from headswap_tui.downloads.disk import amount
from headswap_tui.downloads.meter import Meter
from headswap_tui.downloads.part import validators
from headswap_tui.downloads.trouble import LONGEST_RETRY_AFTER_S, Timing, retry_after_s

NOON_MS = 1_778_846_400_000


def test_the_speed_is_that_of_the_last_seconds() -> None:
    meter = Meter()
    for step in range(100):  # 10 s at 1 MB/s, then 10 s at 2 MB/s
        meter.note(step / 10, step * 100_000)
    for step in range(100):
        meter.note(10 + step / 10, 10_000_000 + step * 200_000)
    assert meter.speed_bps(19.9) == pytest.approx(2_000_000, rel=0.02)
    assert meter.eta_s(19.9, 39_800_000) == pytest.approx(5.0, rel=0.02)


def test_the_speed_sinks_while_nothing_comes() -> None:
    meter = Meter()
    meter.note(0.0, 0)
    meter.note(1.0, 1_000_000)
    assert meter.speed_bps(1.0) > meter.speed_bps(4.0) > meter.speed_bps(100.0) > 0


def test_what_was_there_before_does_not_count_as_speed() -> None:
    meter = Meter()
    meter.note(0.0, 900_000_000)
    meter.note(1.0, 901_000_000)
    assert meter.speed_bps(1.0) == pytest.approx(1_000_000)


def test_nothing_is_known_at_first_and_after_a_new_beginning() -> None:
    meter = Meter()
    assert meter.speed_bps(5.0) == 0.0
    assert meter.eta_s(5.0, 100) is None
    meter.note(0.0, 1000)
    meter.note(1.0, 2000)
    assert meter.eta_s(1.0, None) is None
    meter.note(2.0, 0)
    assert meter.speed_bps(2.0) == 0.0


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("7", 7.0),
        ("0", 1.0),
        ("-5", 1.0),
        ("999999999999", LONGEST_RETRY_AFTER_S),
        ("Fri, 15 May 2026 12:00:30 GMT", 30.0),
        ("Fri, 15 May 2020 12:00:30 GMT", 1.0),
        ("soon", None),
        ("nan", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_and_clamped(value: str | None, expected: float | None) -> None:
    assert retry_after_s(value, NOON_MS) == expected


def test_the_wait_doubles_with_every_failure_up_to_a_limit() -> None:
    timing = Timing(backoff_s=1.0, longest_backoff_s=60.0)
    for failures in range(1, 40):
        full = min(60.0, 2.0 ** (failures - 1))
        assert full / 2 <= timing.backoff(failures) <= full
    assert math.isfinite(timing.backoff(10_000))


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (1_234_567, "1.3 MB"),
        (2_000_000_001, "2.1 GB"),
        (10**15, "1000.0 TB"),
    ],
)
def test_amounts_are_rounded_up(count: int, expected: str) -> None:
    assert amount(count) == expected


def test_only_validators_that_identify_exact_bytes_count() -> None:
    assert validators('"abc"', "Fri, 15 May 2026 12:00:30 GMT") == ('"abc"', "Fri, 15 May 2026 12:00:30 GMT")
    assert validators('W/"abc"', None) == (None, None)
    assert validators('"' + "x" * 600 + '"', "") == (None, None)
    assert validators('"caf\u00e9"', "yesterday\r") == (None, None)
