"""From older formats to today's: one step per version, each from a record to a record.

A step gets the record as JSON values, may change it in place, and is never edited after a release. The file as it was
stays beside the new one as `tasks.jsonl.v<version>.bak`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import msgspec

from headswap_tui.domain.errors import StoreDamaged
from headswap_tui.store.stored import Stored, text_of

Step: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]

STEPS: Final[Mapping[int, Step]] = {}
"""The version that a step starts from, to the step. Empty: 1 is the first format."""


def migrated(
    records: Mapping[str, Stored], version: int, to_version: int, steps: Mapping[int, Step]
) -> dict[str, Stored]:
    """The records of a file of `version` as `to_version` has them. Raises `StoreDamaged` if a step is missing."""
    missing = [number for number in range(version, to_version) if number not in steps]
    if missing:
        raise StoreDamaged(f"Format {missing[0]} of the file of tasks is not known to this version.")
    done: dict[str, Stored] = {}
    for task_id, record in records.items():
        fields = msgspec.json.decode(text_of(record))
        for number in range(version, to_version):
            fields = steps[number](fields)
        done[task_id] = msgspec.json.encode(fields)
    return done
