"""The forms of publications."""

from apps.publications.forms.comment import CommentForm, OwnCommentForm
from apps.publications.forms.resolution import ResolutionForm

__all__ = ["CommentForm", "OwnCommentForm", "ResolutionForm"]
