"""One line of the table: what was done to the portal and what became of its work."""

from dataclasses import dataclass, field


class Skipped(Exception):
    """This machine can not break that: the message says what is missing."""


@dataclass
class Report:
    """``seconds``: from the end of the fault until all work was caught up, None where nothing had to be.
    ``took``: seconds of the whole run, making and ending the portal included.
    """

    name: str
    title: str
    on: str
    did: str = ""
    acts: int = 0
    mails: int = 0
    lost: int = 0
    repeated: int = 0
    unclear: int = 0
    seconds: float | None = None
    took: float = 0.0
    skipped: str = ""
    failures: list[str] = field(default_factory=list)

    def require(self, holds, sentence):
        """Note ``sentence`` as a failure unless it ``holds``; returns whether it does."""
        if not holds:
            self.failures.append(sentence)
        return bool(holds)

    @property
    def verdict(self):
        if self.skipped:
            return "skipped"
        return "FAILED" if self.failures else "passed"

    def note_mails(self, *, sent, lost, repeated, unclear):
        """Add the outcome of the mails of one ledger."""
        self.mails += sent
        self.lost += lost
        self.repeated += repeated
        self.unclear += unclear


_COLUMNS = (
    ("fault", 5, lambda report: report.name),
    ("database", 10, lambda report: report.on),
    ("what was done", 58, lambda report: report.did or report.title),
    ("acts", 5, lambda report: report.acts),
    ("mails", 6, lambda report: report.mails),
    ("lost", 5, lambda report: report.lost),
    ("repeated", 9, lambda report: report.repeated),
    ("unclear", 8, lambda report: report.unclear),
    ("caught up", 10, lambda report: "" if report.seconds is None else f"{report.seconds:.0f} s"),
    ("took", 6, lambda report: f"{report.took:.0f} s"),
    ("verdict", 8, lambda report: report.verdict),
)


def heading():
    """The first line of the table."""
    return " ".join(f"{name:<{width}}" for name, width, _value in _COLUMNS)


def line(report):
    """The report's line, and below it what failed or why it was skipped."""
    cells = " ".join(f"{str(value(report))[:width]:<{width}}" for _name, width, value in _COLUMNS)
    reasons = [report.skipped] if report.skipped else report.failures
    return "\n".join([cells, *(f"      {report.verdict}: {reason}" for reason in reasons)])
