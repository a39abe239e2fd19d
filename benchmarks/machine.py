"""What the figures of a benchmark were taken on, in terms that fit any machine.

The figures themselves are printed by the benchmarks.
"""

import os
import platform
import sqlite3
import time
from typing import Final

import psutil  # type: ignore[import-untyped,unused-ignore]

_ROUNDS: Final = 10_000_000


def described() -> str:
    """Describe the machine: cores, memory, how fast one core runs a plain loop, how busy it was already."""
    began, clock = time.process_time(), time.perf_counter()
    total = 0
    for number in range(_ROUNDS):
        total += number
    cpu, wall = time.process_time() - began, time.perf_counter() - clock
    gigabytes = psutil.virtual_memory().total / 2**30
    return (
        f"{os.cpu_count()} cores, {gigabytes:.0f} GB of memory; Python {platform.python_version()} adds"
        f" {_ROUNDS:,} numbers in {cpu:.2f} s of processor, {wall:.2f} s by the clock;"
        f" SQLite {sqlite3.sqlite_version}; load before the run {os.getloadavg()[0]:.1f}"
    )
