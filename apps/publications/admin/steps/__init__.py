"""What is done with a publication by hand, each with a page that shows first whom it concerns.

Opening and closing a round of comments has steps of its own, on the circulation, which take the publication along.
"""

from apps.publications.admin.steps.circulate import CirculateStep
from apps.publications.admin.steps.file import FileStep
from apps.publications.admin.steps.news import TellStep
from apps.publications.admin.steps.state import (
    BeginStep,
    ClearStep,
    DraftStep,
    IdeaStep,
    PublishStep,
    ReopenStep,
    TakeBackStep,
    WithdrawStep,
)
from apps.publications.admin.steps.time import TimeOffStep, TimeStep

PUBLICATION_STEPS = (
    FileStep,
    CirculateStep,
    BeginStep,
    ClearStep,
    PublishStep,
    TellStep,
    TimeStep,
    TimeOffStep,
    ReopenStep,
    DraftStep,
    IdeaStep,
    TakeBackStep,
    WithdrawStep,
)

__all__ = ["PUBLICATION_STEPS", "TellStep"]
