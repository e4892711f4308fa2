"""The forms of discussions."""

from apps.discussions.forms.posting import PostForm, ReplyForm, ThreadForm

__all__ = ["PostForm", "ReplyForm", "ThreadForm"]
