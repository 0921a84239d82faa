"""Answers that are no detail, as errors in words: what happened and what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from headswap_tui.domain.errors import (
    ApiError,
    AuthRefused,
    Garbled,
    OutOfCredit,
    ServerFailed,
    TaskRefused,
    Throttled,
    Unreachable,
)
from headswap_tui.domain.task import TaskId
from headswap_tui.domain.text import safe, unsigned, without_query

_AUTH: Final = {
    1101: "it is invalid or expired",
    1102: "none arrived",
    1109: "there is no such account",
    1200: "the account is blocked",
}
_CREDIT: Final = {1006: "the quota is used up", 1103: "payment is due", 1104: "the credit is used up"}
_REFUSED: Final = {
    1003: (
        "the id is wrong or the account lacks the feature, ",
        "Check that the id is the _id of a head swap task, not of an analysis.",
    ),
    1008: ("it knows no such task, ", "Check the id and the profile; a task just created may need a moment."),
    1009: ("no permission, ", "The task may belong to another team: try another profile."),
    1014: ("it knows no such task, ", "Check the id and the profile; a task just created may need a moment."),
}
_UNDOCUMENTED: Final = ("", "What this code means is not documented.")
_KEY_HINT: Final = "Check or replace the key, then retry."
_WAIT_HINT: Final = "Polling slows down by itself."
_AGAIN_HINT: Final = "It is asked again."
_PORTAL_HINT: Final = "Check base_url; on a guest network, sign in with a browser first."
_TITLE: Final = re.compile(rb"<title[^>]*>([^<]{1,200})", re.IGNORECASE)


def failure(status: int, code: int | None, msg: str, wait_s: float | None, task_id: TaskId) -> ApiError:
    """The error that a JSON answer means; a known `code` decides, else the HTTP status."""
    said = f" (“{safe(unsigned(msg.strip()), 200)}”)" if msg.strip() else ""
    error: ApiError
    if code in _AUTH:
        error = AuthRefused(
            f"The API refused the credential: {_AUTH[code]}, code {code}{said}.",
            _KEY_HINT,
            code=code,
            http_status=status,
        )
    elif code in _CREDIT:
        error = OutOfCredit(
            f"The account cannot go on: {_CREDIT[code]}, code {code}{said}.",
            "Running tasks are still asked, slowly.",
            code=code,
            http_status=status,
        )
    elif code == 1005:
        error = _throttled(f"code {code}{said}", status, code, wait_s)
    elif code not in _REFUSED and status >= 400:
        error = _by_status(status, code, said, wait_s)
    elif code is None:
        error = Garbled(f"The answer holds no code{said}.", "Check base_url and detail_path.", http_status=status)
    else:
        why, hint = _REFUSED.get(code, _UNDOCUMENTED)
        error = TaskRefused(
            f"The API refused {safe(task_id, 64)}: {why}code {code}{said}.", hint, code=code, http_status=status
        )
    return error


def check_status(status: int, headers: Mapping[str, str], body: bytes, wait_s: float | None) -> ApiError:
    """The error that an answer without a JSON object means."""
    if status >= 400:
        return _by_status(status, None, _title(body), wait_s)
    page = body.lstrip()[:1] == b"<" or "html" in headers.get("content-type", "").lower()
    if page:
        return Garbled(
            f"A web page came instead of the API's answer{_title(body)}: a proxy or a sign-in page?",
            _PORTAL_HINT,
            http_status=status,
        )
    if not body.strip():
        return Garbled(f"The answer is empty (HTTP {status}).", _AGAIN_HINT, http_status=status)
    return Garbled(f"The answer is no JSON object or was cut off (HTTP {status}).", _AGAIN_HINT, http_status=status)


def redirected(status: int, headers: Mapping[str, str]) -> Garbled:
    """A redirect: never followed, for the key must not travel to wherever it points."""
    target = headers.get("location", "").strip()
    to = f" to {safe(without_query(target), 120)}" if target else ""
    return Garbled(
        f"A redirect{to} came instead of the API's answer (HTTP {status}): a sign-in page?",
        _PORTAL_HINT,
        http_status=status,
    )


def _by_status(status: int, code: int | None, said: str, wait_s: float | None) -> ApiError:
    what = f"HTTP {status}" + (f" {_PHRASES[status]}" if status in _PHRASES else "")
    if code is not None:
        what += f", code {code}"
    what += said
    error: ApiError
    if status in {401, 403}:
        error = AuthRefused(f"The API refused the credential: {what}.", _KEY_HINT, code=code, http_status=status)
    elif status == 407:
        error = Unreachable(
            f"The proxy wants a sign-in: {what}.", "Put user and password into HTTPS_PROXY.", http_status=status
        )
    elif status == 429:
        error = _throttled(what, status, code, wait_s)
    elif status in {408, 425} or status >= 500:
        error = ServerFailed(
            f"The API has trouble of its own: {what}.",
            "It is tried again by itself.",
            code=code,
            http_status=status,
            retry_after_s=wait_s,
        )
    elif status == 404:
        error = TaskRefused(
            f"The API knows no such task: {what}.",
            "Check the id; if every task says so, check base_url and detail_path.",
            code=code,
            http_status=status,
        )
    else:
        error = TaskRefused(
            f"The API refused the request: {what}.",
            "Check the id, base_url and detail_path.",
            code=code,
            http_status=status,
            retry_after_s=wait_s,
        )
    return error


def _throttled(what: str, status: int, code: int | None, wait_s: float | None) -> Throttled:
    wait = f" It wants {wait_s:.0f} s of rest." if wait_s is not None else ""
    return Throttled(f"Asked too often: {what}.{wait}", _WAIT_HINT, code=code, http_status=status, retry_after_s=wait_s)


def _title(body: bytes) -> str:
    found = _TITLE.search(body[:4096])
    title = safe(" ".join(found[1].decode("utf-8", "replace").split()), 80) if found else ""
    return f" (“{title}”)" if title else ""


_PHRASES: Final = {int(status): status.phrase for status in HTTPStatus}
