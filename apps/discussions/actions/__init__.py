"""What people do in discussions."""

from apps.discussions.actions.drafting import forget_thread_draft, save_draft, save_edit_draft, save_thread_draft
from apps.discussions.actions.editing import Overtaken, delete_post, edit_post, forget_marks, lift_post
from apps.discussions.actions.following import follow, tell_in_batches
from apps.discussions.actions.leading import (
    hide_post,
    hide_thread,
    lock_thread,
    pin_thread,
    remove_post,
    rename_thread,
    settle_thread,
    show_post,
    summarise_thread,
)
from apps.discussions.actions.moving import move_thread
from apps.discussions.actions.posting import check_takes_posts, open_thread, write_post
from apps.discussions.actions.reading import mark_read
from apps.discussions.actions.reporting import report_post, settle_report, uphold_report

__all__ = [
    "Overtaken",
    "check_takes_posts",
    "delete_post",
    "edit_post",
    "follow",
    "forget_marks",
    "forget_thread_draft",
    "hide_post",
    "hide_thread",
    "lift_post",
    "lock_thread",
    "mark_read",
    "move_thread",
    "open_thread",
    "pin_thread",
    "remove_post",
    "rename_thread",
    "report_post",
    "save_draft",
    "save_edit_draft",
    "save_thread_draft",
    "settle_report",
    "settle_thread",
    "show_post",
    "summarise_thread",
    "tell_in_batches",
    "uphold_report",
    "write_post",
]
