"""The forms of discussions."""

from apps.discussions.forms.following import FollowForm, FollowingForm
from apps.discussions.forms.leading import MoveForm, OutcomeForm, ReasonForm, ReportForm, SummaryForm, TitleForm
from apps.discussions.forms.posting import PostForm, ReplyForm, ThreadForm

__all__ = [
    "FollowForm",
    "FollowingForm",
    "MoveForm",
    "OutcomeForm",
    "PostForm",
    "ReasonForm",
    "ReplyForm",
    "ReportForm",
    "SummaryForm",
    "ThreadForm",
    "TitleForm",
]
