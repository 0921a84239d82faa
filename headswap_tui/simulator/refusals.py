"""Refusals that the API and the file host share: throttling and failing servers."""

from __future__ import annotations

from email.utils import formatdate
from http import HTTPStatus

from headswap_tui.simulator.faults import Rule
from headswap_tui.simulator.garbled import HTML


def retry_after(rule: Rule, now_ms: int) -> dict[str, str]:
    """The `Retry-After` header that a throttle rule asks for; empty if it names none."""
    asked = rule.text("")
    if asked.startswith("date"):
        seconds = float(asked.partition(":")[2] or 2)
        return {"retry-after": formatdate(now_ms / 1000 + seconds, usegmt=True)}
    return {"retry-after": asked} if asked else {}


def proxy_error(status: int) -> tuple[str, bytes]:
    """`Content-Type` and body as a proxy or load balancer words that HTTP status."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Unknown"
    title = f"{status} {phrase}"
    page = f"<html><head><title>{title}</title></head><body><center><h1>{title}</h1></center></body></html>"
    return HTML, page.encode()
