"""Brings one task's video to disk: asks for what is missing, checks that it belongs to what is there, tries again.

The rule behind all of it: bytes are appended only to bytes of the same version of the hosted file. What cannot be
shown to belong together is fetched anew, and a file gets its final name only when all of it is there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from headswap_tui.domain.clock import Clock
from headswap_tui.domain.errors import DownloadError, FileGone, HeadswapError, NotAVideo, TransferFailed, UrlRefused
from headswap_tui.domain.filenames import safe_file_name
from headswap_tui.domain.task import TaskId, TrackedTask
from headswap_tui.domain.text import safe
from headswap_tui.downloads import disk, wire
from headswap_tui.downloads.control import Control
from headswap_tui.downloads.hosts import HostRules, read_url
from headswap_tui.downloads.part import Part, claim, validators
from headswap_tui.downloads.trouble import AddressExpired, Again, StartOver, Timing, retry_after_s
from headswap_tui.downloads.turn import turn
from headswap_tui.downloads.video import check_video

ROOM_CHECK_BYTES: Final = 64 * 1024 * 1024
"""The room on the disk is looked at again after so many bytes."""
MOST_RESTARTS: Final = 3
"""A hosted file that keeps changing, or a server that keeps contradicting itself, is given up after so many."""
_GONE: Final = frozenset({401, 403, 404, 410})
_EXPIRED: Final = _GONE | {400}
"""Some object stores answer 400 to an expired signature."""
_TRY_AGAIN: Final = frozenset({408, 425, 429})
_CONTENT_RANGE: Final = re.compile(r"\s*bytes\s+(?:(\d{1,18})-(\d{1,18})|\*)/(\d{1,18}|\*)\s*", re.IGNORECASE)
_PAGES: Final = re.compile(
    r"text/|application/(?:[\w.+-]*\+)?(?:json|xml)\b|[\w-]+/[\w.-]+\+(?:json|xml)\b", re.IGNORECASE
)


class Finished(msgspec.Struct, frozen=True):
    """A video on disk."""

    path: Path
    size: int
    """Bytes."""


class Transferer:
    """What all transfers of a process share; `fetch` may run in several threads at once."""

    def __init__(
        self,
        rules: HostRules,
        renew: Callable[[TaskId], str],
        clock: Clock,
        *,
        retries: int = 8,
        is_verified: bool = True,
        timing: Timing | None = None,
        free: disk.FreeBytes = disk.free_bytes,
        turns: Path | None = None,
    ) -> None:
        """`renew` asks the service for a fresh address and may block; `retries`: failures in a row without progress.

        `turns`: where processes with other directories lock the tasks that they fetch (see `turn`).
        """
        self.rules = rules
        self.renew = renew
        self.clock = clock
        self.retries = retries
        self.is_verified = is_verified
        self.timing = timing or Timing()
        self.free = free
        self.turns = turns

    def fetch(self, task: TrackedTask, directory: Path, template: str, control: Control) -> Finished:
        """The task's video in `directory`, complete and durable; continues what was begun before.

        Raises `UrlRefused`, `FileGone`, `DiskFull`, `NotAVideo`, `TransferFailed`, `DownloadCancelled`. Whatever it
        raises, the part on disk can be continued.
        """
        url = task.detail.video_url if task.detail and task.detail.video_url else None
        if url is not None:
            read_url(url)  # a bad address should leave nothing behind, not even an empty part
        outcome = claim(directory, safe_file_name(template, task), task.id, control, self.free)
        if isinstance(outcome, Path):
            return Finished(outcome, outcome.stat().st_size)
        try:
            outcome.open()
            with turn(self.turns, task.id, control):
                return _Fetch(self, task.id, url, outcome, control).run()
        finally:
            outcome.close()


class _Fetch:
    """One transfer with the part that it writes."""

    def __init__(self, shared: Transferer, task_id: TaskId, url: str | None, part: Part, control: Control) -> None:
        self.shared = shared
        self.task_id = task_id
        self.url = url
        self.part = part
        self.control = control
        self.is_renewed = False
        self.can_resume = True
        """Until the server shows that it cannot."""
        self.most = part.size
        """The most bytes that were ever there: what counts as progress, also for a server that starts over."""
        self.restarts = 0

    def run(self) -> Finished:
        """See `Transferer.fetch`."""
        if self.part.state.is_refused and self.shared.is_verified:
            self.part.restart()
        failures = 0
        while not self._is_complete():
            before = self.most
            try:
                self._attempt()
                continue
            except AddressExpired as expired:
                self._renew(expired)
                continue
            except StartOver as over:
                self._start_over(over)
                continue
            except Again as again:
                failures = 1 if self.most > before else failures + 1
                self._pause(again, failures)
            except DownloadError:
                self._keep()
                raise
        return self._finish()

    def _pause(self, again: Again, failures: int) -> None:
        """Wait before the next attempt. Raises `TransferFailed` after too many failures, `DownloadCancelled`."""
        if failures > self.shared.retries:
            raise self._given_up(again) from again
        self._keep()
        wait_s = self.shared.timing.backoff(failures) if again.retry_after_s is None else again.retry_after_s
        self.control.note(f"retrying in {max(wait_s, 1):.0f} s ({again.words})")
        self.control.wait(wait_s)
        self.control.note("")

    def _start_over(self, over: StartOver) -> None:
        """Throw away what is there, at once, but not for ever. Raises `TransferFailed`."""
        self.restarts += 1
        if self.restarts > MOST_RESTARTS:
            raise self._given_up(over) from over
        self.control.note(f"starting over ({over.words})")
        self.part.restart()

    def _is_complete(self) -> bool:
        state = self.part.state
        return self.part.size > 0 and (state.is_complete or state.total == self.part.size)

    def _given_up(self, again: Again) -> TransferFailed:
        self._keep()
        how = " again and again without getting further" if self.shared.retries else ""
        return TransferFailed(
            f"The transfer failed{how}: {again.words}.",
            "The part is kept; retry continues it." if self.part.size else "",
        )

    def _keep(self) -> None:
        """Make what came so far safe, as far as the disk still plays along: there is a worse error to tell already."""
        try:
            self.part.sync()
        except DownloadError:
            self.control.note("")

    def _renew(self, expired: AddressExpired) -> None:
        """Get a fresh address, once per stretch of progress. Raises what `expired` says if that was tried already."""
        if self.is_renewed:
            self._keep()
            raise expired.final
        self.is_renewed = True
        self.control.note("asking for a fresh address")
        try:
            self.url = self.control.apart(partial(self.shared.renew, self.task_id), "fresh address")
        except DownloadError:
            raise
        except (HeadswapError, TimeoutError) as error:
            self._keep()
            words, hint = (
                (error.message, error.hint) if isinstance(error, HeadswapError) else ("no answer in time.", "")
            )
            raise TransferFailed(
                f"The video's address has expired and no fresh one could be had: {words}", hint
            ) from error
        self.control.check()
        self.control.note("")

    def _attempt(self) -> None:
        """One request and what comes of it. Raises `Again`, `AddressExpired`, `DownloadError`."""
        if self.url is None:
            raise AddressExpired(UrlRefused("The task has no video address."))
        headers = {}
        offset, validator = self.part.size, self.part.state.validator
        if offset and (validator is None or not self.can_resume):
            self.part.restart()
            offset = 0
        if offset and validator is not None:
            headers = {"Range": f"bytes={offset}-", "If-Range": validator}
        answer = wire.get(self.url, headers, self.shared.rules, self.control, self.shared.timing)
        try:
            expected = self._prepared(answer, offset)
            if expected != 0:
                self._receive(answer, expected)
        finally:
            answer.close()

    def _prepared(self, answer: wire.Answer, offset: int) -> int | None:
        """Bring the part into the state in which the body can be appended.

        Returns the bytes to come, `None` if the server did not say, 0 if the body is of no use.
        """
        if answer.status == 416 and offset:
            return self._compared(answer)
        self._refuse_trouble(answer)
        self._refuse_other_content(answer)
        etag, last_modified = validators(answer.headers.get("etag"), answer.headers.get("last-modified"))
        if answer.status == 206:
            return self._continued(answer, offset, etag, last_modified)
        if self.part.size:
            self.part.restart()
        total = None if answer.is_chunked else answer.length
        if total == 0:
            raise NotAVideo("The file host sent an empty file.")
        self.part.save(host=answer.target.host[:253], etag=etag, last_modified=last_modified, total=total)
        return total

    def _refuse_trouble(self, answer: wire.Answer) -> None:
        status = answer.status
        if status in (200, 206):
            return
        words = f"the file host answered HTTP {status}"
        if status in _EXPIRED:
            if status in _GONE:
                raise AddressExpired(FileGone(f"The hosted file is gone (HTTP {status}): {answer.target.shown}"))
            raise AddressExpired(TransferFailed(f"The file host refuses (HTTP {status}): {answer.target.shown}"))
        if status in _TRY_AGAIN or status >= 500:
            now_ms = self.shared.clock.now_ms()
            raise Again(words, retry_after_s(answer.headers.get("retry-after"), now_ms))
        raise TransferFailed(f"{words.capitalize().replace('http', 'HTTP')}: {answer.target.shown}")

    def _refuse_other_content(self, answer: wire.Answer) -> None:
        encoding = answer.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in ("identity", ""):
            raise TransferFailed(f"The file host sent the file packed ({safe(encoding, 40)}), which was not asked for.")
        content_type = answer.headers.get("content-type", "").strip()
        if _PAGES.match(content_type):
            raise NotAVideo(f"The file host sent a page, not a video ({safe(content_type, 60)}): {answer.target.shown}")

    def _continued(self, answer: wire.Answer, offset: int, etag: str | None, last_modified: str | None) -> int:
        """Check that a partial answer continues exactly the bytes that are there. Raises `Again` if it does not."""
        state = self.part.state
        match = _CONTENT_RANGE.fullmatch(answer.headers.get("content-range", ""))
        first, last, total = match.groups() if match else (None, None, None)
        whole = int(total) if total and total != "*" else None
        fits = first is not None and last is not None and offset == int(first) <= int(last) < (whole or int(last) + 1)
        if not offset or not fits or last is None:
            self.can_resume = False
            raise StartOver("the file host sent another range than asked for")
        if _differ(state.total, whole) or _differ(state.etag, etag) or _differ(state.last_modified, last_modified):
            raise StartOver("the hosted file has changed")
        if (state.etag and not etag) or (not state.etag and (whole is None or state.total is None)):
            # Every server that can resume repeats its ETag; one that knows only a date must at least agree in length.
            self.can_resume = False
            raise StartOver("the file host does not say of which version it sends the rest")
        if state.total is None and whole is not None:
            self.part.save(total=whole)
        return int(last) - offset + 1

    def _compared(self, answer: wire.Answer) -> int:
        """A range beyond the end: complete if the hosted file is exactly as long as the part, else begin anew."""
        match = _CONTENT_RANGE.fullmatch(answer.headers.get("content-range", ""))
        size, state = self.part.size, self.part.state
        if match and match.group(3) == str(size) and state.total in (None, size):
            self.part.save(total=size, is_complete=True)
            return 0
        raise StartOver("the hosted file has another length than the part")

    def _receive(self, answer: wire.Answer, expected: int | None) -> None:
        """Append the body. Raises `Again` if it is shorter than announced, `DiskFull`, `DownloadCancelled`."""
        part, control, end = self.part, self.control, None if expected is None else self.part.size + expected
        part.check_room()
        room_checked_at = part.size
        control.report(part.size, part.state.total)
        for piece in answer.pieces():
            part.write(piece if end is None else piece[: end - part.size])
            if part.size > self.most:
                self.most = part.size
                self.is_renewed = False
            control.report(part.size, part.state.total)
            if part.size - room_checked_at >= ROOM_CHECK_BYTES:
                part.check_room()
                room_checked_at = part.size
        if end is not None and part.size < end:
            raise Again(f"the connection ended {disk.amount(end - part.size)} early")
        if end is None:
            self._ended_by_itself(answer)

    def _ended_by_itself(self, answer: wire.Answer) -> None:
        """The body came without a length: is that all of it? Raises `Again` if it may have been cut."""
        if not self.part.size:
            raise NotAVideo("The file host sent an empty file.")
        if not answer.is_chunked:
            try:
                check_video(self.part.path)
            except (NotAVideo, OSError):
                raise Again("the connection ended before the video was whole") from None
        self.part.save(total=self.part.size, is_complete=True)

    def _finish(self) -> Finished:
        part, size = self.part, self.part.size
        self.control.check()
        if self.shared.is_verified:
            self.control.note("checking the file")
            self._verify()
        part.save(is_complete=True)
        path = part.finish()
        self.control.report(size, size)
        return Finished(path, size)

    def _verify(self) -> None:
        try:
            check_video(self.part.path)
        except NotAVideo as error:
            self.part.save(is_refused=True)
            raise NotAVideo(
                error.message,
                f"It is kept as {safe(self.part.path.name, 120)}; download.verify = false would accept it.",
            ) from error
        except OSError as error:
            raise TransferFailed(f"Cannot read {safe(str(self.part.path), 200)}: {error.strerror}") from error


def _differ(one: object, other: object) -> bool:
    """Whether both are known and not the same."""
    return one is not None and other is not None and one != other
