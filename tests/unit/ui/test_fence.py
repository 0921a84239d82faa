"""The fence before the next frame."""

from __future__ import annotations

from headswap_tui.ui.fence import GIVE_UP_AFTER, PATIENCE_S, WORTH_ASKING, Fence


def test_the_next_frame_waits_for_the_answer() -> None:
    asked: list[float] = []
    now = 100.0
    fence = Fence(lambda: asked.append(now), lambda: now)
    seen = [fence.is_open]
    fence.close()
    fence.close()
    seen.append(fence.is_open)
    fence.answered()
    seen.append(fence.is_open)
    fence.close()
    assert seen == [True, False, True]
    assert len(asked) == 2


def test_a_lost_answer_is_not_waited_for_and_a_mute_terminal_is_not_asked() -> None:
    asked: list[float] = []
    now = 100.0
    fence = Fence(lambda: asked.append(now), lambda: now)
    for _ in range(GIVE_UP_AFTER + 3):
        fence.close()
        now += PATIENCE_S
        assert fence.is_open
    assert len(asked) == GIVE_UP_AFTER


def test_one_late_answer_makes_good() -> None:
    asked: list[float] = []
    now = 100.0
    fence = Fence(lambda: asked.append(now), lambda: now)
    for _ in range(GIVE_UP_AFTER - 1):
        fence.close()
        now += PATIENCE_S
        assert fence.is_open
    fence.close()
    fence.answered()
    for _ in range(GIVE_UP_AFTER):
        fence.close()
        now += PATIENCE_S
        assert fence.is_open
    assert len(asked) == 2 * GIVE_UP_AFTER


def test_without_a_way_to_ask_it_is_always_open() -> None:
    fence = Fence(None)
    fence.close()
    assert fence.is_open


def test_small_frames_are_asked_about_together() -> None:
    asked: list[int] = []
    sent = 0
    fence = Fence(lambda: asked.append(sent), sent=lambda: sent)
    for _ in range(10):
        sent += WORTH_ASKING // 4
        fence.close()
        if asked:
            break
        assert fence.is_open
    assert asked == [WORTH_ASKING]
    assert not fence.is_open
    fence.answered()
    fence.close()
    assert asked == [WORTH_ASKING], "nothing was sent since"
