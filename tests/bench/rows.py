"""What a benchmark hands back, and the table made of it."""

from dataclasses import dataclass

HEAD = "| measured | figure | base | ratio | bar |\n|---|--:|--:|--:|--:|"


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what was measured, its figure and that of its base with their units, their ratio, and what is asked.

    ``bar`` is written as a reader would say it ("≤ 5 ×"); a figure without a base has no ratio.
    """

    what: str
    figure: str
    base: str = ""
    ratio: float | None = None
    bar: str = ""

    @property
    def line(self):
        ratio = "" if self.ratio is None else f"{self.ratio:.2f} ×"
        return f"| {self.what} | {self.figure} | {self.base} | {ratio} | {self.bar} |"


def compared(what, measured, base, bar, unit="ms"):
    """Return the row of two figures of the same unit."""
    return Row(what, f"{measured:.2f} {unit}", f"{base:.2f} {unit}", measured / base, bar)


def table(rows):
    """Return the rows as a table in Markdown."""
    return "\n".join((HEAD, *(row.line for row in rows)))
