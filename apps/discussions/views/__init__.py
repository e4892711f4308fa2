"""The pages of discussions."""

from apps.discussions.views.drafting import save_draft, save_edit_draft, save_thread_draft
from apps.discussions.views.files import post_file
from apps.discussions.views.following import follow_thread, following
from apps.discussions.views.leading import (
    hide_thread,
    lock_thread,
    pin_thread,
    rename_thread,
    settle_thread,
    summarise_thread,
)
from apps.discussions.views.listing import thread_list
from apps.discussions.views.moderating import moderate_post, report_post
from apps.discussions.views.moving import move_thread
from apps.discussions.views.own import delete_post, edit_post, lift_post
from apps.discussions.views.reading import mark_read, post, post_history
from apps.discussions.views.reports import report_list, settle_report
from apps.discussions.views.writing import open_thread, thread_detail

__all__ = [
    "delete_post",
    "edit_post",
    "follow_thread",
    "following",
    "hide_thread",
    "lift_post",
    "lock_thread",
    "mark_read",
    "moderate_post",
    "move_thread",
    "open_thread",
    "pin_thread",
    "post",
    "post_file",
    "post_history",
    "rename_thread",
    "report_list",
    "report_post",
    "save_draft",
    "save_edit_draft",
    "save_thread_draft",
    "settle_report",
    "settle_thread",
    "summarise_thread",
    "thread_detail",
    "thread_list",
]
