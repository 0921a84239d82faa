"""The misbehaviour switches: which fault hits which requests, for how long, how often."""

from __future__ import annotations

import random
import threading
from collections.abc import Collection
from enum import StrEnum
from typing import Final, TypedDict, Unpack

import msgspec


class Fault(StrEnum):
    """Everything that can be made to go wrong. `value` is what a rule's value means for it."""

    THROTTLE = "throttle"
    """429 and code 1005; value: `Retry-After` in seconds, any other text as it is, `date:SECONDS`, or none."""
    CODE = "code"
    """HTTP 200 with that business code; value: the code (1005)."""
    SERVER_ERROR = "server_error"
    """value: any HTTP status (500); 502 to 504 answer HTML like a proxy."""
    GARBLE = "garble"
    """value: one of `garbled.VARIANTS` (html), or `redirect` for a 302 to a sign-in page."""
    DROP = "drop"
    """Resets the connection; value: `before` any byte (the default), `inside` the body, `noise` instead of HTTP."""
    SLOW = "slow"
    """value: seconds before the answer (2)."""
    DRIP = "drip"
    """value: bytes a second of the answer's body (20)."""
    HANG = "hang"
    """Never answers; value: `before` any byte (the default) or after the `headers`."""
    UNKNOWN_STATUS = "unknown_status"
    """value: the `status` that every task reports (7)."""
    REVOKED = "revoked"
    """Every credential is refused; value: a business code (1101), or 401 or 403 for that HTTP status."""
    OFFLINE = "offline"
    """Every connection is reset as soon as it asks for anything but `/_sim/`."""

    MEDIA_EXPIRED = "media_expired"
    """value: HTTP status (403)."""
    MEDIA_ERROR = "media_error"
    """value: HTTP status (503)."""
    MEDIA_THROTTLE = "media_throttle"
    """429; value as for `throttle`."""
    MEDIA_IGNORE_RANGE = "media_ignore_range"
    """Always the whole file with 200."""
    MEDIA_WRONG_RANGE = "media_wrong_range"
    """206 from another place than asked; value: bytes it is off (1000)."""
    MEDIA_NO_CONTENT_RANGE = "media_no_content_range"
    """206 without `Content-Range`."""
    MEDIA_LONGER = "media_longer"
    """Promises more bytes than there are, then closes; value: how many (1000)."""
    MEDIA_SHORTER = "media_shorter"
    """A consistent answer that lacks the end of the file; value: bytes missing (1000)."""
    MEDIA_CHANGED = "media_changed"
    """Another file under the same link from this request on."""
    MEDIA_IGNORE_IF_RANGE = "media_ignore_if_range"
    """Answers 206 even if the file is not the one that `If-Range` names."""
    MEDIA_CUT = "media_cut"
    """Closes after that many bytes of the answer; value: bytes (10000)."""
    MEDIA_RESET = "media_reset"
    """Resets after that many bytes of the answer; value: bytes (10000)."""
    MEDIA_STALL = "media_stall"
    """Falls silent after that many bytes of the answer; value: bytes (10000)."""
    MEDIA_HTML = "media_html"
    """200 with an HTML page."""
    MEDIA_EMPTY = "media_empty"
    """200 without a byte."""
    MEDIA_REDIRECT = "media_redirect"
    """302; value: the place, `loop` for itself, or nothing for the same file by one detour."""
    MEDIA_NO_LENGTH = "media_no_length"
    """Chunked, no `Content-Length`."""
    MEDIA_NO_VALIDATORS = "media_no_validators"
    """Neither `ETag` nor `Last-Modified`."""
    MEDIA_GZIP = "media_gzip"
    """Compressed although nobody asked."""
    MEDIA_SLOW = "media_slow"
    """value: seconds before the answer (2)."""
    MEDIA_BANDWIDTH = "media_bandwidth"
    """value: bytes a second (100000)."""

    @property
    def is_media(self) -> bool:
        """Whether it hits the hosted files and not the API."""
        return self.value.startswith("media_")


class Rule(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One switch that is on."""

    fault: Fault
    value: float | str | None = None
    """See `Fault`; `None`: the default named there."""
    times: int | None = None
    """Requests it still hits; `None`: until it is cleared."""
    probability: float = 1.0
    """Share of the requests that it hits, 0..1."""
    task: str | None = None
    """Only requests about that id; `None`: all."""

    def number(self, default: float) -> float:
        """The value as a number, or the default if it is none."""
        try:
            return default if self.value is None else float(self.value)
        except ValueError:
            return default

    def text(self, default: str) -> str:
        """The value as text, or the default; whole numbers without a decimal point."""
        if self.value is None:
            return default
        if isinstance(self.value, float) and self.value.is_integer():
            return str(int(self.value))
        return str(self.value)


class Where(TypedDict, total=False):
    """Which requests a switch hits; see `Rule`."""

    times: int | None
    probability: float
    task: str | None


class Faults:
    """The switches of one simulator; may be turned at any time from any thread. Chance follows from the seed."""

    def __init__(self, seed: int = 1) -> None:
        self._rules: list[Rule] = []
        self._rnd = random.Random(f"{seed}/faults")
        self._lock = threading.Lock()

    def add(self, rule: Rule) -> None:
        """Turn one on, beside those that are on."""
        with self._lock:
            self._rules.append(rule)

    def set(self, fault: Fault | str, value: float | str | None = None, **where: Unpack[Where]) -> None:
        """Turn a fault on. Raises ValueError for a fault that does not exist."""
        self.add(Rule(fault=Fault(fault), value=value, **where))

    def clear(self, fault: Fault | str | None = None, *, task: str | None = None) -> None:
        """Turn off every rule of that fault (`None`: of all) and, if named, of that task."""
        with self._lock:
            self._rules = [
                rule
                for rule in self._rules
                if (fault is not None and rule.fault != fault) or (task is not None and rule.task != task)
            ]

    def rules(self) -> list[Rule]:
        """Copies of what is on."""
        with self._lock:
            return [msgspec.structs.replace(rule) for rule in self._rules]

    def resets_connection(self) -> bool:
        """Whether the connection that just asked for something is to be reset; counts it."""
        with self._lock:
            hit = next((rule for rule in self._rules if rule.fault is Fault.OFFLINE and self._chosen(rule)), None)
            self._forget_spent()
        return hit is not None

    def take(self, task_id: str, *, media: bool) -> Hits:
        """The rules that hit one request about that id; each of them has counted it."""
        hits: dict[Fault, Rule] = {}
        with self._lock:
            for rule in self._rules:
                if rule.fault is Fault.OFFLINE or rule.fault.is_media is not media or rule.fault in hits:
                    continue
                if rule.task in (None, task_id) and self._chosen(rule):
                    hits[rule.fault] = rule
            self._forget_spent()
        return Hits(hits)

    def _chosen(self, rule: Rule) -> bool:
        """Whether chance lets the rule hit; counts the hit. Under the lock."""
        if rule.probability < 1 and self._rnd.random() >= rule.probability:
            return False
        if rule.times is not None:
            rule.times -= 1
        return True

    def _forget_spent(self) -> None:
        self._rules = [rule for rule in self._rules if rule.times is None or rule.times > 0]

    def throttle(self, retry_after: float | str | None = None, **where: Unpack[Where]) -> None:
        """429 with that `Retry-After`: seconds, `date:SECONDS`, or any other text as it is."""
        self.set(Fault.THROTTLE, retry_after, **where)

    def code(self, code: int = 1005, **where: Unpack[Where]) -> None:
        """HTTP 200 with a business code."""
        self.set(Fault.CODE, code, **where)

    def server_error(self, status: int = 500, **where: Unpack[Where]) -> None:
        """An HTTP status."""
        self.set(Fault.SERVER_ERROR, status, **where)

    def garble(self, variant: str = "html", **where: Unpack[Where]) -> None:
        """An answer that is not the API's; the variants are in `garbled.VARIANTS`."""
        self.set(Fault.GARBLE, variant, **where)

    def drop(self, when: str = "before", **where: Unpack[Where]) -> None:
        """Reset the connection `before` any byte or `inside` the body, or send `noise`."""
        self.set(Fault.DROP, when, **where)

    def slow(self, seconds: float = 2, **where: Unpack[Where]) -> None:
        """Wait before answering."""
        self.set(Fault.SLOW, seconds, **where)

    def revoke(self, code: int = 1101, **where: Unpack[Where]) -> None:
        """Refuse every credential."""
        self.set(Fault.REVOKED, code, **where)

    def offline(self, **where: Unpack[Where]) -> None:
        """Reset every connection that asks for something; knows no tasks."""
        self.set(Fault.OFFLINE, **where)

    def expire_links(self, status: int = 403, **where: Unpack[Where]) -> None:
        """Refuse the hosted files."""
        self.set(Fault.MEDIA_EXPIRED, status, **where)


class Hits:
    """The faults that hit one request."""

    def __init__(self, rules: dict[Fault, Rule] | None = None) -> None:
        self._rules = rules or {}

    def get(self, fault: Fault) -> Rule | None:
        """The rule of that fault, or `None`."""
        return self._rules.get(fault)

    def first(self, faults: Collection[Fault]) -> Rule | None:
        """The first of these faults that hit, in the order given."""
        return next((self._rules[fault] for fault in faults if fault in self._rules), None)

    def __contains__(self, fault: Fault) -> bool:
        return fault in self._rules


NO_HITS: Final = Hits()


def parse_rule(text: str) -> Rule:
    """A rule from `NAME`, `NAME=VALUE`, `NAME*TIMES` or `NAME@PROBABILITY`, in any combination such as `slow=0.5@0.2`.

    Raises ValueError with the names there are.
    """
    name, _, value = text.partition("=")
    rest = value or name
    rest, _, probability = rest.partition("@")
    rest, _, times = rest.partition("*")
    name, value = (name, rest) if value else (rest, "")
    try:
        fault = Fault(name.strip().replace("-", "_"))
    except ValueError:
        raise ValueError(f"no fault named {name!r}; there are: {', '.join(Fault)}") from None
    try:
        return Rule(
            fault=fault,
            value=value or None,
            times=int(times) if times else None,
            probability=float(probability) if probability else 1.0,
        )
    except ValueError:
        raise ValueError(f"not a count or a probability in {text!r}") from None
