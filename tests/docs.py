"""Brings the generated parts of the README up to date: `python -m tests.docs` (or `make docs`)."""

from __future__ import annotations

import re
from pathlib import Path

from headswap_tui.ui.commands import markdown_table

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
KEYS = re.compile(r"(<!-- keys: made from the table of commands -->\n).*?(<!-- /keys -->)", re.DOTALL)


def with_keys(text: str) -> str:
    """The README with the key table as the commands now have it."""
    return KEYS.sub(lambda match: f"{match[1]}\n{markdown_table().strip()}\n\n{match[2]}", text)


if __name__ == "__main__":
    README.write_text(with_keys(README.read_text(encoding="utf-8")), encoding="utf-8")
