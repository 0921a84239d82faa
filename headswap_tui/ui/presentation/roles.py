"""The roles that pieces of text can have; `ui/widgets/paint.py` gives each its ink."""

from __future__ import annotations

from typing import Final

from headswap_tui.domain.task import State

ROLES: Final = (
    "strong",
    "muted",
    "faint",
    "link",
    "good",
    "bad",
    "warn",
    "accent",
    "stale",
    "bar",
    "bar-estimate",
    "bar-completed",
    "bar-failed",
    "bar-download",
    "track",
    "download",
    "remark-failed",
    "remark-stale",
    "headline-bad",
    "spark",
    "spark-foreseen",
    "stack-failed",
    "stack-completed",
    "stack-active",
    "stack-failed-on-stack-completed",
    "stack-failed-on-stack-active",
    "stack-completed-on-stack-active",
    "section",
    "edge-bad",
    "edge-stale",
    "rule",
    "prose",
    "keycap",
    *(f"state-{state}" for state in State),
    *(f"headline-{state}" for state in State),
)
"""The empty role is the widget's own style."""
