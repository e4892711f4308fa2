"""The forms of discussions."""

from apps.discussions.forms.following import FollowForm, FollowingForm
from apps.discussions.forms.leading import (
    MoveForm,
    OutcomeForm,
    ReasonForm,
    ReportForm,
    SummaryForm,
    TitleForm,
    TurnForm,
    TurnReasonForm,
    WordsForm,
)
from apps.discussions.forms.posting import EditForm, ReplyForm, ThreadForm

__all__ = [
    "EditForm",
    "FollowForm",
    "FollowingForm",
    "MoveForm",
    "OutcomeForm",
    "ReasonForm",
    "ReplyForm",
    "ReportForm",
    "SummaryForm",
    "ThreadForm",
    "TitleForm",
    "TurnForm",
    "TurnReasonForm",
    "WordsForm",
]
