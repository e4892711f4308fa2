"""What is done with a circulation by hand, each with a page that shows first whom it concerns."""

from apps.publications.admin.circulations.steps.ask import AskStep
from apps.publications.admin.circulations.steps.end import CancelStep, CloseStep
from apps.publications.admin.circulations.steps.extend import ExtendStep
from apps.publications.admin.circulations.steps.open import OpenStep
from apps.publications.admin.circulations.steps.remind import RemindStep

CIRCULATION_STEPS = (OpenStep, AskStep, ExtendStep, RemindStep, CloseStep, CancelStep)

__all__ = ["CIRCULATION_STEPS"]
