"""Every fault by its name, found by importing the modules of this package."""

import importlib
import pkgutil
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import tests.faults
from tests.faults.report import Report, Skipped
from tests.faults.stage import Stage

EMBEDDED, SERVICES = "embedded", "services"
BOTH = (EMBEDDED, SERVICES)

_known = []


@dataclass(frozen=True)
class Fault:
    """``name`` as in F1; several functions may share one. ``on``: the ways to run it makes sense for."""

    name: str
    title: str
    act: Callable
    on: tuple[str, ...]

    @property
    def slug(self):
        return f"{self.name}-{self.act.__name__}"

    def run(self, on, *, is_short):
        """Break a fresh portal in this way and return the report. Nothing is left behind."""
        report, started_at = Report(self.name, self.title, on), time.monotonic()
        folder = Path(tempfile.mkdtemp(prefix="fault-"))
        try:
            with Stage(folder, on, is_short=is_short) as stage:
                self._act_on(stage, report)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        report.took = time.monotonic() - started_at
        return report

    def _act_on(self, stage, report):
        try:
            self.act(stage, report)
        except Skipped as reason:
            report.skipped = str(reason)
        except Exception:  # noqa: BLE001  a fault that breaks its own script is a failure with its trace
            report.failures.append(traceback.format_exc())
        if report.failures:
            report.failures.append(f"the portal's last words:\n{stage.last_words()}")


def fault(name, title, *, on=BOTH):
    """Register the function below as a way to break the portal."""

    def register(act):
        _known.append(Fault(name, title, act, on))
        return act

    return register


def faults():
    """Every fault, in the order of their numbers."""
    for module in pkgutil.iter_modules(tests.faults.__path__):
        if not module.ispkg and not module.name.startswith(("test_", "__")):
            importlib.import_module(f"tests.faults.{module.name}")
    return sorted(_known, key=lambda found: (int(found.name.lstrip("F")), found.act.__name__))
