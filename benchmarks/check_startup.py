"""How long `rulelang check` of a year takes, beside a bare import of the libraries it cannot do without.

Run it with `python benchmarks/check_startup.py`. The aim is at most twice the bare import.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUNS = 15

BARE = ["-c", "import lark, attrs, click"]
CHECK = ["-m", "rulelang", "check", "assistance/2023"]


def fastest(arguments: list[str]) -> float:
    """Return the seconds of the fastest of several runs, which the rest of the machine disturbed least."""
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - start)
    return min(seconds)


if __name__ == "__main__":
    bare, check = fastest(BARE), fastest(CHECK)
    print(f"bare import {bare:.3f} s, check {check:.3f} s, {check / bare:.1f} times as long")
