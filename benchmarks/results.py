"""What a measure gave, beside what is wanted: as a line and as tables in Markdown, ratios first.

How the measures are taken is said in `growth`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that is measured, and what is wanted of it: at most so many ms, MB or times, at least so many a second."""

    name: str
    wanted: float
    unit: str

    @property
    def is_rate(self) -> bool:
        """Whether more is better."""
        return self.unit == "/s"

    def written(self, value: float) -> str:
        """Write a value with its unit, as exactly as it is worth."""
        digits = 2 if self.unit == "x" else 1 if value < 10 else 0  # noqa: PLR2004 - one digit more below ten
        return f"{value:,.{digits}f}{self.unit if self.is_rate else ' ' + self.unit}"


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured: of times the one that 95 of 100 answers took at most, with the middle one and how many."""

    measure: Measure
    value: float
    middle: float
    number: int
    cpu: float | None  # milliseconds of processor an answer took, in worker and database together
    note: str

    @classmethod
    def of(cls, measure: Measure, times: Sequence[float], cpu: float, note: str) -> "Result":
        """Sum up times in milliseconds."""
        ordered = sorted(times)
        number = len(ordered)
        return cls(
            measure, ordered[min(number - 1, number * 95 // 100)], ordered[number // 2], number, cpu, note
        )

    @property
    def ratio(self) -> float:
        """What was measured in times of what is wanted: 1 or less passes."""
        if self.measure.is_rate:
            return self.measure.wanted / self.value if self.value else inf
        return self.value / self.measure.wanted

    @property
    def verdict(self) -> str:
        """Say whether it is enough."""
        return "pass" if self.ratio <= 1 else "falls short"

    def line(self) -> str:
        """Write everything in one line."""
        measure = self.measure
        spread = f"p50 {measure.written(self.middle)}, " if self.middle != self.value else ""
        cpu = f", {self.cpu:.1f} ms CPU" if self.cpu is not None else ""
        return (
            f"{self.ratio:6.2f} x {measure.written(measure.wanted):>9}  {self.verdict:11}  {measure.name}:"
            f" {measure.written(self.value)} ({spread}n {self.number:,}{cpu})  {self.note}"
        )

    def cell(self) -> str:
        """Write the ratio, the value, the middle one beside it and, where it is not enough, a mark."""
        cpu = f" ({self.middle:.0f} p50, {self.cpu:.0f} CPU)" if self.cpu is not None else ""
        value = f"{self.ratio:.2f} · {self.measure.written(self.value)}{cpu}"
        return value if self.ratio <= 1 else f"**{value}**"


def print_tables(results: Mapping[tuple[str, int], Sequence[Result]], measures: Sequence[Measure]) -> None:
    """Print a table for each engine: a row for each measure, a column for each size; bold falls short."""
    for engine in dict.fromkeys(engine for engine, _ in results):
        sizes = [size for one, size in results if one == engine]
        print(f"\n### {engine}\n")
        print("| measure | wanted | " + " | ".join(f"{size:,}" for size in sizes) + " |")
        print("|---|---|" + "---|" * len(sizes))
        for measure in measures:
            of_size = [
                next((r for r in results[engine, size] if r.measure == measure), None) for size in sizes
            ]
            wanted = f"{'≥' if measure.is_rate else '≤'} {measure.written(measure.wanted)}"
            cells = " | ".join(result.cell() if result else "–" for result in of_size)
            print(f"| {measure.name} | {wanted} | {cells} |")
