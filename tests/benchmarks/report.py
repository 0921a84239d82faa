"""What a benchmark says: one `Row` per figure, and how rows are shown to people and programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

HEAD: Final = ("what", "figure", "pass", "goal", "", "ours", "beside")


@dataclass(frozen=True)
class Row:
    """One figure, beside what was measured with it in the same run."""

    what: str
    value: float | None = None
    """The figure that is judged; `None` if it could not be measured here."""
    passes: float | None = None
    """What it must reach; `None` for a figure that is only told."""
    goal: float | None = None
    """What we are after."""
    unit: str = ""
    """Empty for a ratio or a count."""
    ours: str = ""
    """What ours took, in words."""
    peer: str = ""
    """What it stands beside, in words."""
    why: str = ""
    """Why it could not be measured here, or what else must be known."""
    more_is_better: bool = False

    def reaches(self, limit: float) -> bool:
        """Whether the figure is at least as good as that."""
        if self.value is None:
            return False
        return self.value >= limit if self.more_is_better else self.value <= limit

    @property
    def verdict(self) -> str:
        """`goal`, `pass`, `MISSED` or `not measured`; empty where there is nothing to reach."""
        if self.value is None:
            return "not measured"
        if self.passes is None:
            return ""
        if self.goal is not None and self.reaches(self.goal):
            return "goal"
        return "pass" if self.reaches(self.passes) else "MISSED"

    def cells(self) -> tuple[str, ...]:
        """As the table shows it; see `HEAD`."""
        sign = ">=" if self.more_is_better else "<="
        passes, goal = (f"{sign} {digits(limit)}" if limit is not None else "" for limit in (self.passes, self.goal))
        figure = "" if self.value is None else f"{digits(self.value)} {self.unit}".strip()
        return self.what, figure, passes, goal, self.verdict, self.ours, self.peer

    def json(self, part: str) -> str:
        """As one object on one line."""
        return json.dumps({"part": part, **asdict(self), "verdict": self.verdict})


def digits(value: float) -> str:
    """Three digits that count, never an exponent."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def ms(seconds: float) -> str:
    """A time in words."""
    return f"{digits(seconds * 1000)} ms"


def table(title: str, rows: Sequence[Row]) -> str:
    """The rows of one benchmark under their title, for people."""
    lines = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    shown = [f"## {title}", ""]
    for line in lines:
        first, *rest = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        shown.append("  ".join((first, *rest)).rstrip())
    shown += [f"  {row.what}: {row.why}" for row in rows if row.why]
    return "\n".join(shown)


def summary(rows: Sequence[Row]) -> str:
    """How many met what, in one line."""
    verdicts = [row.verdict for row in rows]
    counts = {name: verdicts.count(name) for name in ("goal", "pass", "MISSED", "not measured")}
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count)
