"""The little probability that planning needs: lognormal times, and what two opinions about one finish make together."""

from __future__ import annotations

import math
from typing import Final

import msgspec

ROOT_HALF: Final = math.sqrt(0.5)
TAIL: Final = 3.0
"""Beyond so many standard deviations a fitted distribution is not to be trusted: what is left grows with the age."""
TAIL_SHARE: Final = 0.3
FAR: Final = -6.0
"""So many standard deviations before its middle, nothing of a normal distribution is worth computing."""


class Lognormal(msgspec.Struct, frozen=True, gc=False):
    """How long something takes."""

    median_s: float
    sd: float
    """Standard deviation of the logarithm."""

    def mean_to_event(self, age_s: float) -> float:
        """1 / hazard at that age: the mean time left if the chance stayed as it is now; at most 600 s."""
        z = self._z(age_s)
        if z > TAIL:
            return max(15.0, TAIL_SHARE * age_s)
        density = math.exp(-z * z / 2) / (age_s * self.sd * math.sqrt(2 * math.pi))
        return min(600.0, _above(z) / max(density, 1e-9))

    def left(self, age_s: float) -> tuple[float, float]:
        """Mean and standard deviation, in seconds, of what is left at that age, given that it has not ended."""
        spread = self.sd * self.median_s
        if age_s <= 0:
            return self.median_s, spread
        if self._z(age_s) > TAIL:
            return TAIL_SHARE * age_s, TAIL_SHARE * age_s
        # A normal of the same middle and width, cut off below the age: near enough and cheap.
        z = (age_s - self.median_s) / spread
        if z > TAIL:
            return TAIL_SHARE * age_s, TAIL_SHARE * age_s
        hazard = math.exp(-z * z / 2) / (math.sqrt(2 * math.pi) * _above(z))
        return spread * (hazard - z), spread * math.sqrt(max(0.02, 1 + z * hazard - hazard * hazard))

    def _z(self, age_s: float) -> float:
        return (math.log(max(1e-3, age_s)) - math.log(self.median_s)) / self.sd


def blended(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float, float]:
    """Mean and standard deviation of two independent estimates, each weighing by its precision, and their strife.

    Strife is 1 while they agree within what both admit, else the factor (Birge's ratio) by which the result must be
    wider, because one of them is wrong about itself.
    """
    first, second = 1 / max(0.1, one[1]) ** 2, 1 / max(0.1, other[1]) ** 2
    strife = max(1.0, abs(one[0] - other[0]) / math.sqrt(1 / first + 1 / second))
    return (one[0] * first + other[0] * second) / (first + second), 1 / math.sqrt(first + second), strife


def expected_delay(left: float, spread: float, passed: float) -> float:
    """E[(passed - end)+] for a normal end, given that it had not come at 0; all in seconds."""
    scale = max(0.5, spread)
    before, after = -left / scale, (passed - left) / scale
    if after < FAR:
        return 0.0
    alive = _above(before)
    if alive < 0.02:  # long overdue: what is left grows with the overrun
        return 0.5 * passed * passed / max(1.0, -0.5 * left)
    gathered = _partial(after, scale) - _partial(before, scale) - passed * (1 - alive)
    return max(0.0, gathered / alive)


def _above(z: float) -> float:
    return 0.5 * math.erfc(z * ROOT_HALF)


def _partial(z: float, scale: float) -> float:
    if z < FAR:
        return 0.0
    if z > 8:
        return scale * z
    return scale * (0.3989422804 * math.exp(-z * z / 2) + z * _above(-z))
