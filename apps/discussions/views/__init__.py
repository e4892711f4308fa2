"""The pages of discussions."""

from apps.discussions.views.listing import thread_list
from apps.discussions.views.own import delete_post, edit_post, lift_post
from apps.discussions.views.reading import mark_read, post, post_history
from apps.discussions.views.writing import open_thread, save_draft, thread_detail

__all__ = [
    "delete_post",
    "edit_post",
    "lift_post",
    "mark_read",
    "open_thread",
    "post",
    "post_history",
    "save_draft",
    "thread_detail",
    "thread_list",
]
