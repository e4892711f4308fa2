"""The forms of publications."""

from apps.publications.forms.circulation import CirculationForm
from apps.publications.forms.comment import CommentForm, OwnCommentForm
from apps.publications.forms.deadline import ExtensionForm
from apps.publications.forms.resolution import ResolutionForm
from apps.publications.forms.sheet import SheetForm

__all__ = ["CirculationForm", "CommentForm", "ExtensionForm", "OwnCommentForm", "ResolutionForm", "SheetForm"]
