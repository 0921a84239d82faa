"""The simulated platform's memory: its accounts and tasks, and what it says about them."""

from __future__ import annotations

import hashlib
import hmac
import math
import random
import re
import threading
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import msgspec

from headswap_tui.simulator.clock import SimulatedClock
from headswap_tui.simulator.life import Life, Stage, stage
from headswap_tui.simulator.video import HostedVideo, choose_clip, clip_named, size_bytes

ID_PATTERN: Final = re.compile(r"[A-Za-z0-9_-]{6,64}")
"""What the platform takes for an id at all; anything else is a wrong parameter."""

SUCCESS: Final = 1000
MESSAGES: Final = {
    1000: "OK",
    1003: "Parameter error: _id",
    1005: "Operation is too frequent",
    1006: "Your quota is not enough",
    1008: "The content you get does not exist",
    1009: "You do not have permission to operate",
    1014: "The resource cannot be found",
    1101: "Invalid authorization or the request token has expired",
    1102: "Authorization cannot be empty",
    1103: "Please upgrade your account",
    1104: "Insufficient credits",
    1109: "Account does not exist",
    1200: "The account has been banned",
}


class SimulatedTask(msgspec.Struct, frozen=True):
    """One task of the simulated platform."""

    id: str
    number: int
    """1 for the first one created."""
    life: Life
    """With the choices that were left open filled in."""
    made_ms: int
    """When it was created here; `create_time` lies `life.age_s` before."""
    version: int = 0
    """Counts how often the hosted file was replaced by another one."""

    @property
    def created_ms(self) -> int:
        """`create_time`, milliseconds since the epoch."""
        return self.made_ms - round(self.life.age_s * 1000)


class World:
    """Tasks by id, for any thread. Everything it says follows from the seed, what was created and the clock."""

    uid: Final = 101400

    def __init__(self, *, seed: int = 1, speed: float = 1.0, clock: SimulatedClock | None = None) -> None:
        """`speed` 2 makes lives pass twice as fast. Raises ValueError for a speed of zero or below."""
        if not speed > 0:
            raise ValueError("speed must be above 0")
        self.seed, self.speed = seed, speed
        self.clock = clock or SimulatedClock()
        self.api_key = "sim-" + self._hex("key", 32)
        self.token = "simtoken-" + self._hex("token", 40)
        self.team_id = "68" + self._hex("team", 22)
        self._tasks: dict[str, SimulatedTask] = {}
        self._lock = threading.RLock()

    def create(self, life: Life, task_id: str | None = None) -> SimulatedTask:
        """Start a life; the id follows from the seed and the number of tasks unless it is given.

        Raises ValueError for an unknown clip, no size, an id already there or one that the platform would not take.
        """
        with self._lock:
            number = len(self._tasks) + 1
            chosen = task_id if task_id is not None else "6a" + self._hex(f"id {number}", 22)
            if not ID_PATTERN.fullmatch(chosen) or chosen in self._tasks:
                raise ValueError(f"not a new id: {chosen!r}")
            task = SimulatedTask(chosen, number, self._filled(life, chosen, number), self.clock.now_ms())
            self._tasks[chosen] = task
            return task

    def get(self, task_id: str) -> SimulatedTask | None:
        """The task of that id, or `None`."""
        with self._lock:
            return self._tasks.get(task_id)

    def tasks(self) -> list[SimulatedTask]:
        """All tasks in the order of their creation."""
        with self._lock:
            return list(self._tasks.values())

    def change(self, task_id: str, **fields: Any) -> SimulatedTask:
        """Rewrite parts of a task's life. Raises KeyError for an unknown id, ValueError for wrong fields."""
        with self._lock:
            task = self._tasks[task_id]
            raw = {**msgspec.structs.asdict(task.life), **fields}
            changed = msgspec.structs.replace(task, life=msgspec.convert(raw, Life))
            self._tasks[task_id] = changed
            return changed

    def replace_video(self, task_id: str) -> SimulatedTask:
        """Host another file under the same link from now on. Raises KeyError for an unknown id."""
        with self._lock:
            task = self._tasks[task_id]
            changed = msgspec.structs.replace(task, version=task.version + 1)
            self._tasks[task_id] = changed
            return changed

    def lived_s(self, task: SimulatedTask) -> float:
        """Seconds of its life that have passed by now."""
        return task.life.age_s + (self.clock.now_ms() - task.made_ms) / 1000 * self.speed

    def stage(self, task: SimulatedTask) -> Stage:
        """Where the task stands now."""
        return stage(task.life, self.seed, task.id, self.lived_s(task))

    def video(self, task: SimulatedTask) -> HostedVideo:
        """The file that the task ends, or would end, with."""
        assert task.life.clip is not None  # filled in at creation
        return HostedVideo(task.id, task.life.clip, size_bytes(task.life.size), task.version)

    def finished_ms(self, task: SimulatedTask) -> int:
        """When its life reaches or reached its end, milliseconds since the epoch."""
        return task.made_ms + round((task.life.end_s - task.life.age_s) / self.speed * 1000)

    def detail(self, task_id: str, base_url: str) -> tuple[int, dict[str, Any] | None]:
        """Business code and `data` for one id, after the credential was accepted."""
        if not ID_PATTERN.fullmatch(task_id):
            return 1003, None
        task = self.get(task_id)
        if task is None or self.lived_s(task) - task.life.age_s < task.life.hidden_s:
            return 1008, None
        if task.life.answer_code != SUCCESS:
            return task.life.answer_code, None
        return SUCCESS, self.data(task, base_url)

    def data(self, task: SimulatedTask, base_url: str) -> dict[str, Any]:
        """The documented fields of a task as they are now."""
        life, now = task.life, self.stage(task)
        failed = now.status == 4
        nothing = None if task.number % 2 else ""  # both are documented before completion
        data: dict[str, Any] = {
            "_id": task.id,
            "uid": self.uid,
            "team_id": self.team_id,
            "source_video_url": life.source_video_url,
            "create_time": task.created_ms,
            "status": now.status,
            "video_duration": life.video_duration,
            "resolution": life.resolution,
            "deduction_duration": life.video_duration if now.status == 3 else 0,
            "video_url": self.video_url(task, base_url) if now.has_url else nothing,
            "progress": now.progress,
            "priority": life.priority,
            "task_id": self._hex(f"processing {task.id}", 32),
            "error_reason": life.error_reason if failed else "",
            "error_code": life.error_code if failed else 0,
            "file_name": life.file_name,
            "model_name": life.model_name,
            **life.overrides,
        }
        return {name: value for name, value in data.items() if name not in life.omit}

    def video_url(self, task: SimulatedTask, base_url: str) -> str:
        """The signed link as it is handed out now: the same for `url_ttl_s` seconds, valid for at most twice that."""
        ttl_ms = max(1, round(task.life.url_ttl_s * 1000))
        finished_ms = self.finished_ms(task)
        slot = max(0, (self.clock.now_ms() - finished_ms) // ttl_ms)
        expires = math.ceil((finished_ms + (slot + 2) * ttl_ms) / 1000)
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", task.life.file_name or "").strip(".-") or "video"
        stem = name.removesuffix(".mp4")[:80]
        query = f"Expires={expires}&Signature={self._signature(task.id, str(expires))}"
        return f"{base_url}/media/{quote(task.id)}/{stem}.mp4?{query}"

    def is_link_valid(self, task_id: str, query: Mapping[str, str]) -> bool:
        """Whether the query of a media link was signed here and is not past its time."""
        expires, signature = query.get("Expires", ""), query.get("Signature", "")
        if not hmac.compare_digest(signature.encode(), self._signature(task_id, expires).encode()):
            return False
        return self.clock.now_ms() < int(expires) * 1000

    def _signature(self, task_id: str, expires: str) -> str:
        message = f"{task_id} {expires}".encode()
        return hmac.new(f"link secret {self.seed}".encode(), message, hashlib.sha256).hexdigest()[:40]

    def _filled(self, life: Life, task_id: str, number: int) -> Life:
        """The life with every open choice made by seed and id."""
        clip = clip_named(life.clip) if life.clip else choose_clip(f"{self.seed}/{task_id}", life.resolution)
        source = random.Random(f"{self.seed}/{task_id}/source").randrange(10**6)
        return msgspec.structs.replace(
            life,
            size=size_bytes(life.size),
            clip=clip.name,
            resolution=life.resolution or clip.resolution,
            video_duration=clip.duration_s if life.video_duration is None else life.video_duration,
            file_name=f"headswap-{number:03}.mp4" if life.file_name is None else life.file_name,
            source_video_url=life.source_video_url or f"https://example.com/uploads/source-{source:06}.mp4",
        )

    def _hex(self, purpose: str, digits: int) -> str:
        return hashlib.sha256(f"{self.seed}/{purpose}".encode()).hexdigest()[:digits]
