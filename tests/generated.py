"""Files of the repository that are made from the code: `python -m tests.generated` writes them."""

from __future__ import annotations

from pathlib import Path

import msgspec

from headswap_tui.__main__ import Doors
from headswap_tui.cli.manual import manual
from headswap_tui.cli.task_schema import TaskJson

ROOT = Path(__file__).parent.parent


def man_page() -> str:
    """`man/headswap-tui.1`."""
    return manual(Doors())


def task_schema() -> str:
    """`docs/task.schema.json`."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | msgspec.json.schema(TaskJson)
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode() + "\n"


GENERATED = {ROOT / "man" / "headswap-tui.1": man_page, ROOT / "docs" / "task.schema.json": task_schema}

if __name__ == "__main__":
    for path, make in GENERATED.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(make(), encoding="utf-8")
