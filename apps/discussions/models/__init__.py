"""What the discussions application keeps."""

from apps.discussions.models.attachment import Attachment
from apps.discussions.models.drafts import DraftEdit, DraftThread
from apps.discussions.models.following import PostBatch, Subscription
from apps.discussions.models.post import MAX_POST, DraftPost, Post, PostRevision
from apps.discussions.models.reading import ReadMark
from apps.discussions.models.report import PostReport
from apps.discussions.models.thread import POSTS_PER_PAGE, Thread, day_start, today_of

__all__ = [
    "MAX_POST",
    "POSTS_PER_PAGE",
    "Attachment",
    "DraftEdit",
    "DraftPost",
    "DraftThread",
    "Post",
    "PostBatch",
    "PostReport",
    "PostRevision",
    "ReadMark",
    "Subscription",
    "Thread",
    "day_start",
    "today_of",
]
