"""All benchmarks, or those named in `PARTS`: `python -m tests.benchmarks [NAME]…`.

Every figure stands beside a peer or a limit measured in the same run; read them as ratios.
"""

from __future__ import annotations

import importlib
import sys
from typing import Final

PARTS: Final = ("start", "table", "http", "path", "scheduling", "store", "downloads", "latency")


def main(names: list[str]) -> int:
    """Run the named ones; returns the exit status."""
    if unknown := [name for name in names if name not in PARTS]:
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    for name in names or PARTS:
        print(f"\n# {name}\n", flush=True)
        sys.argv[1:] = []
        importlib.import_module(f"tests.benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
