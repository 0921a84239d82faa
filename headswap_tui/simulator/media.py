"""Serving the hosted files, rightly or wrongly."""

from __future__ import annotations

import dataclasses
import gzip
from collections.abc import Mapping
from email.utils import formatdate
from typing import Final

from headswap_tui.simulator.connections import Connections
from headswap_tui.simulator.delivery import Delivery, Ending, whole
from headswap_tui.simulator.faults import Fault, Hits
from headswap_tui.simulator.garbled import HTML, PORTAL
from headswap_tui.simulator.ranges import Span, Unsatisfiable, wanted_span
from headswap_tui.simulator.refusals import proxy_error, retry_after
from headswap_tui.simulator.world import SimulatedTask, World

_VIDEO: Final = {"content-type": "video/mp4", "accept-ranges": "bytes"}

_BREAKS: Final = {Fault.MEDIA_CUT: Ending.CLOSE, Fault.MEDIA_RESET: Ending.RESET, Fault.MEDIA_STALL: Ending.SILENCE}


class MediaHost:
    """The file host of one world."""

    def __init__(self, world: World, connections: Connections) -> None:
        self._world = world
        self._connections = connections

    def answer(self, task_id: str, query: Mapping[str, str], headers: Mapping[str, str], hits: Hits) -> Delivery:
        """The answer for `/media/<task_id>/...`; `headers` has lower-case names."""
        delivery = self._refused(hits) or self._odd(task_id, query, hits)
        if delivery is None:
            delivery = self._file(task_id, query, headers, hits)
        if rule := hits.get(Fault.MEDIA_SLOW):
            delivery = dataclasses.replace(delivery, delay_s=rule.number(2))
        if rule := hits.get(Fault.MEDIA_BANDWIDTH):
            delivery = dataclasses.replace(delivery, bytes_per_s=rule.number(100_000))
        if rule := hits.first(list(_BREAKS)):
            stop_after = int(rule.number(10_000))
            if stop_after < delivery.size:
                delivery = dataclasses.replace(delivery, stop_after=stop_after, ending=_BREAKS[rule.fault])
        return delivery

    def _denied(self, status: int) -> Delivery:
        words = {403: "AccessDenied", 404: "NoSuchKey"}.get(status, "RequestRefused")
        body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{words}</Code></Error>'.encode()
        return whole(self._connections, status, {"content-type": "application/xml"}, body)

    def _refused(self, hits: Hits) -> Delivery | None:
        if rule := hits.get(Fault.MEDIA_EXPIRED):
            return self._denied(int(rule.number(403)))
        if rule := hits.get(Fault.MEDIA_THROTTLE):
            headers = {"content-type": "text/plain", **retry_after(rule, self._world.clock.now_ms())}
            return whole(self._connections, 429, headers, b"slow down")
        if rule := hits.get(Fault.MEDIA_ERROR):
            content_type, body = proxy_error(int(rule.number(503)))
            return whole(self._connections, int(rule.number(503)), {"content-type": content_type}, body)
        return None

    def _odd(self, task_id: str, query: Mapping[str, str], hits: Hits) -> Delivery | None:
        if Fault.MEDIA_HTML in hits:
            return whole(self._connections, 200, {"content-type": HTML}, PORTAL)
        if Fault.MEDIA_EMPTY in hits:
            return whole(self._connections, 200, dict(_VIDEO), b"")
        if rule := hits.get(Fault.MEDIA_REDIRECT):
            return self._redirected(rule.text(""), task_id, query)
        return None

    def _redirected(self, place: str, task_id: str, query: Mapping[str, str]) -> Delivery | None:
        task = self._world.get(task_id)
        if place in ("", "loop") and task is not None:
            if place == "" and "detour" in query:
                return None
            place = self._world.video_url(task, "") + "&detour=1"
        return whole(self._connections, 302, {"location": place}, b"")

    def _file(self, task_id: str, query: Mapping[str, str], headers: Mapping[str, str], hits: Hits) -> Delivery:
        if not self._world.is_link_valid(task_id, query):
            return self._denied(403)
        task = self._world.get(task_id)
        if task is None or not self._world.stage(task).has_url:
            return self._denied(404)
        if Fault.MEDIA_CHANGED in hits:
            task = self._world.replace_video(task_id)
        return self._video(task, headers, hits)

    def _video(self, task: SimulatedTask, headers: Mapping[str, str], hits: Hits) -> Delivery:
        video = self._world.video(task)
        modified_s = self._world.finished_ms(task) // 1000 + task.version
        said = {**_VIDEO, "etag": video.etag, "last-modified": formatdate(modified_s, usegmt=True)}
        if Fault.MEDIA_NO_VALIDATORS in hits:
            said = dict(_VIDEO)
        heed = Fault.MEDIA_IGNORE_IF_RANGE not in hits
        try:
            span = wanted_span(headers, video.size, video.etag, modified_s, heed_if_range=heed)
        except Unsatisfiable:
            return whole(self._connections, 416, {"content-range": f"bytes */{video.size}"}, b"")
        if Fault.MEDIA_IGNORE_RANGE in hits:
            span = None
        if Fault.MEDIA_GZIP in hits:
            body = gzip.compress(video.read(0, video.size), compresslevel=1, mtime=0)
            return whole(self._connections, 200, {**said, "content-encoding": "gzip"}, body)
        if span is not None and (rule := hits.get(Fault.MEDIA_WRONG_RANGE)):
            start = max(0, span.start - int(rule.number(1000)))
            span = Span(start, span.stop)
        part = span or Span(0, video.size)
        if span is not None and Fault.MEDIA_NO_CONTENT_RANGE not in hits:
            said["content-range"] = f"bytes {part.start}-{part.stop - 1}/{video.size}"
        delivery = Delivery(
            self._connections,
            status=200 if span is None else 206,
            headers=said,
            read=lambda start, stop: video.read(part.start + start, min(part.start + stop, part.stop)),
            size=part.stop - part.start,
            length=part.stop - part.start,
            bytes_per_s=task.life.bandwidth,
        )
        return _with_false_length(delivery, hits)


def _with_false_length(delivery: Delivery, hits: Hits) -> Delivery:
    """The same answer with the length it should not have."""
    if rule := hits.get(Fault.MEDIA_LONGER):
        promised = delivery.size + int(rule.number(1000))
        return dataclasses.replace(delivery, length=promised, ending=Ending.CLOSE)
    if rule := hits.get(Fault.MEDIA_SHORTER):
        size = max(0, delivery.size - int(rule.number(1000)))
        return dataclasses.replace(delivery, size=size, length=size)
    if Fault.MEDIA_NO_LENGTH in hits:
        return dataclasses.replace(delivery, length=None)
    return delivery
