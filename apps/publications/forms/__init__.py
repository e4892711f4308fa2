"""The forms of publications."""

from apps.publications.forms.comment import CommentForm, OwnCommentForm

__all__ = ["CommentForm", "OwnCommentForm"]
