"""What the publications application keeps."""

from apps.publications.models.author import Author
from apps.publications.models.circulation import Attribution, Circulation
from apps.publications.models.comment import Comment, DraftComment
from apps.publications.models.consultee import Consultee
from apps.publications.models.download import DownloadCount
from apps.publications.models.harvest import HARVESTED, HarvestRecord
from apps.publications.models.publication import MAX_TEXT, Publication
from apps.publications.models.sheet import CommentSheet
from apps.publications.models.step import Step
from apps.publications.models.version import Version, VersionPage

__all__ = [
    "HARVESTED",
    "MAX_TEXT",
    "Attribution",
    "Author",
    "Circulation",
    "Comment",
    "CommentSheet",
    "Consultee",
    "DownloadCount",
    "DraftComment",
    "HarvestRecord",
    "Publication",
    "Step",
    "Version",
    "VersionPage",
]
