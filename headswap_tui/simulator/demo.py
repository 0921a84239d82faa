"""The demo's world: tasks in every state at once, alive for many minutes."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from headswap_tui.simulator.server import Simulator

_MB: Final = 1_000_000
_MINUTE: Final = 60.0
_HOUR: Final = 3600.0
_DAY: Final = 86_400.0


@dataclass(frozen=True)
class DemoTask:
    """One task of the demo and what a user might have written beside it."""

    id: str
    label: str | None
    tags: tuple[str, ...]
    age_s: float
    """Seconds since the user would have added it."""


_Scene = tuple[dict[str, Any], str | None, tuple[str, ...]]
"""The life, the label and the tags of one task."""


def _queued(name: str, starts_in_s: float, processing_s: float, age_s: float = 40, **more: Any) -> dict[str, Any]:
    return {"file_name": name, "queue_s": age_s + starts_in_s, "processing_s": processing_s, "age_s": age_s, **more}


def _running(name: str, share: float, processing_s: float, queue_s: float = 50, **more: Any) -> dict[str, Any]:
    lived = queue_s + share * processing_s
    return {"file_name": name, "queue_s": queue_s, "processing_s": processing_s, "age_s": lived, **more}


def _ended(name: str, ago_s: float, processing_s: float = 300, queue_s: float = 45, **more: Any) -> dict[str, Any]:
    lived = queue_s + processing_s + ago_s
    return {"file_name": name, "queue_s": queue_s, "processing_s": processing_s, "age_s": lived, **more}


def _failed(name: str, ago_s: float, code: int, reason: str, reached: float, **more: Any) -> dict[str, Any]:
    said: dict[str, Any] = {"outcome": "failed", "error_code": code, "error_reason": reason, "reached": reached}
    return _ended(name, ago_s, 120, **said, **more)


_HD: Final[dict[str, Any]] = {"resolution": "720p"}
_SD: Final[dict[str, Any]] = {"resolution": "480p"}
_BASIC: Final[dict[str, Any]] = {"model_name": "akool-standard"}


def _in_progress() -> list[_Scene]:
    return [
        (
            _running("spring-campaign_hero_v3.mp4", 0.62, 240, **_HD, video_duration=24),
            "Spring hero",
            ("spring", "urgent"),
        ),
        (_running("spring-campaign_cutdown_15s.mp4", 0.18, 180, **_HD, video_duration=15), "Spring 15 s", ("spring",)),
        (_running("花火大会-予告編.mp4", 0.41, 420, **_HD, video_duration=42.5), "Fireworks trailer", ("tokyo",)),
        (_running("interview_anna_take2.mp4", 0.87, 300, **_SD, video_duration=61), None, ("interviews",)),
        (_running("🎬 trailer cut 3.mp4", 0.94, 200, **_HD, video_duration=30), None, ("trailer",)),
        (_running("product_demo_long.mp4", 0.08, 1500, **_HD, video_duration=183), "Product demo", ("long",)),
        (_running("dance-challenge-07.mp4", 0.73, 110, **_SD, **_BASIC, video_duration=9.2), None, ("social",)),
        (_running("wedding_speech.mp4", 0.3, 600, shape="steps", **_HD, video_duration=75), "Speech (steps)", ()),
        (
            _running("lecture_04.mp4", 0.5, 900, shape="none", **_SD, **_BASIC, video_duration=120),
            "Lecture 4",
            ("uni",),
        ),
        (_running("skate_park_multi_face.mp4", 0.55, 360, shape="jumps", **_HD, video_duration=33), None, ("social",)),
        (_running("Москва вечером.mp4", 0.12, 480, **_HD, video_duration=51), None, ("travel",)),
        (
            _running("render_farm_test.mp4", 1.2, 240, outcome="stuck", reached=99, **_SD, video_duration=18),
            "Hangs at 99",
            ("watch",),
        ),
        (_running("museum-guide-es.mp4", 0.97, 700, **_SD, video_duration=88), None, ("museum",)),
    ]


def _waiting() -> list[_Scene]:
    return [
        (_queued("museum-guide-en.mp4", 6, 260, **_SD, video_duration=90), None, ("museum",)),
        (_queued("museum-guide-fr.mp4", 25, 270, **_SD, video_duration=91), None, ("museum",)),
        (_queued("ad_spot_v12_FINAL(2).mp4", 12, 90, **_HD, video_duration=10), "Ad spot", ("urgent",)),
        (_queued("birthday_surprise.mp4", 70, 200, **_SD, **_BASIC, video_duration=21), None, ("family",)),
        (_queued("苏州园林-配音版.mp4", 150, 320, **_HD, video_duration=47), None, ("travel",)),
        (_queued("podcast_ep_31_teaser.mp4", 300, 240, **_HD, video_duration=35), "Ep. 31 teaser", ()),
        (_queued("conference_keynote_full.mp4", 900, 2400, 400, **_HD, video_duration=610), "Keynote", ("long",)),
        (_queued("tmp-upload-0098.mp4", 45, 100, outcome="failed", reached=38, **_SD, video_duration=12), None, ()),
    ]


def _done() -> list[_Scene]:
    quick: dict[str, Any] = {"bandwidth": 3.0 * _MB}
    return [
        (_ended("holiday-in-lisbon.mp4", 3 * _MINUTE, size=24 * _MB, **quick, **_HD), "Lisbon", ("travel",)),
        (_ended("café-scene-β.mp4", 14 * _MINUTE, size=9 * _MB, **quick, **_HD), None, ("spring",)),
        (_ended("runner_slowmo.mp4", 2 * _HOUR, size=120 * _MB, bandwidth=8.0 * _MB, **_HD), "Slow motion", ("long",)),
        (_ended("screen-test-01.mp4", 5 * _HOUR, **_SD), None, ("casting",)),
        (_ended("screen-test-02.mp4", 5 * _HOUR + 90, **_SD), None, ("casting",)),
        (_ended("screen-test-03.mp4", 5 * _HOUR + 200, **_SD), None, ("casting",)),
        (_ended("夏祭り_最終版.mp4", 1.2 * _DAY, size=6 * _MB, **_HD), None, ("tokyo",)),
        (_ended("../../drafts/con.mp4", 2 * _DAY, **_SD, **_BASIC), "Odd name", ()),
        (_ended("onboarding_clip_👋🏽.mp4", 6.5 * _DAY, size=3 * _MB, **_HD), "Onboarding", ("hr",)),
        (_ended("old_reel_2.mp4", 9 * _DAY, **_SD, **_BASIC), "From last week", ()),
        (_ended("just-finished.mp4", 2, url_delay_s=45, **_HD), None, ("spring",)),
        (_ended("upload-pending.mp4", 30, url_delay_s=260, **_SD), "No link yet", ()),
    ]


def _broken() -> list[_Scene]:
    no_face = "No face was found in the source video between 00:03 and 00:07. Choose a clip with a face in every shot."
    too_long = "The source video is longer than this model allows (limit 600 s)."
    download = "The source video could not be downloaded: HTTP 403 from the host of source_video_url."
    nasty = "bad [/x] frame \x1b[2J at [bold red]00:12[/] \u202egnp.exe"
    return [
        (_failed("crowd_scene.mp4", 4 * _MINUTE, 30021, no_face, 31, **_HD), "Crowd", ("spring",)),
        (_failed("four_hour_stream.mp4", 50 * _MINUTE, 30007, too_long, 0, **_SD), None, ("long",)),
        (_failed("private_link.mp4", 3 * _HOUR, 20014, download, 2, **_HD), None, ()),
        (_failed("oom_4k.mp4", 20 * _HOUR, 50000, "Internal processing error.", 88, **_HD), None, ("watch",)),
        (
            _failed("beach.mp4", 1.5 * _DAY, 30055, "The content was rejected by the moderation policy.", 100, **_SD),
            None,
            (),
        ),
        (_failed("weird\x07name\n[red].mp4", 2 * _DAY, 30099, nasty, 57, **_SD), "Nasty text", ("watch",)),
        (
            _ended("new_kind_of_job.mp4", 5 * _MINUTE, outcome="unknown", reached=64, **_HD),
            "Unknown status",
            ("watch",),
        ),
        ({"answer_code": 1009, "age_s": 600}, "From the other team", ()),
    ]


def populate(simulator: Simulator, count: int | None = None) -> list[DemoTask]:
    """Create the demo's tasks, or as many as asked for, and say what a user might track.

    The last but one belongs to another team and the last was never created: the platform refuses both. Of fewer tasks
    than these the first ones are created; more are made up from the seed.
    """
    scenes = [*_in_progress(), *_done(), *_waiting(), *_broken()]
    shown = scenes if count is None else scenes[:count]
    demo = [
        DemoTask(simulator.create(**life), label, tags, float(life.get("age_s", 0.0))) for life, label, tags in shown
    ]
    if count is None or count > len(scenes):
        demo.append(DemoTask(f"{random.Random(simulator.world.seed).getrandbits(96):024x}", "Mistyped id?", (), 300.0))
    demo.extend(_made_up(simulator, number) for number in range(len(demo), count or 0))
    return demo


def spares(simulator: Simulator) -> list[str]:
    """Ids of tasks that nobody tracks yet, for whoever tries to add one."""
    return [
        simulator.create(**_queued(name, 15, 75, age_s=0, **_HD, video_duration=length))
        for name, length in (("your-first-task.mp4", 12), ("your-second-task.mp4", 21), ("your-third-task.mp4", 9))
    ]


def _made_up(simulator: Simulator, number: int) -> DemoTask:
    rnd = random.Random(f"{simulator.world.seed}/demo/{number}")
    name = f"{rnd.choice(('shot', 'take', 'scene', 'clip', 'reel'))}_{number:04}.mp4"
    resolution = rnd.choice(("480p", "720p"))
    length = round(rnd.lognormvariate(3, 0.8), 1)
    seconds = 8 * length + 30
    kind = rnd.random()
    if kind < 0.25:
        life = _queued(name, rnd.uniform(5, 1200), seconds)
    elif kind < 0.55:
        life = _running(name, rnd.random(), seconds)
    elif kind < 0.92:
        life = _ended(name, rnd.uniform(60, 3 * _DAY), seconds)
    else:
        life = _failed(name, rnd.uniform(60, 3 * _DAY), 50000, "Internal processing error.", round(rnd.uniform(1, 99)))
    tags = tuple(rnd.sample(("a-roll", "b-roll", "client", "review"), rnd.randrange(3)))
    task_id = simulator.create(**life, resolution=resolution, video_duration=length)
    return DemoTask(task_id, None, tags, life["age_s"])
