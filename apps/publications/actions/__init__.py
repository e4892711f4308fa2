"""What can be done with publications. Each function says no with ``Refused``."""

from apps.publications.actions.commenting import delete_draft, save_draft, send_drafts
from apps.publications.actions.editing import delete_publication, save_publication, settle_byline
from apps.publications.actions.owning import change_comment, take_back_comment, widen_label
from apps.publications.actions.publishing import publish_due, set_publishing_time
from apps.publications.actions.resolving import Overtaken, resolve_comment
from apps.publications.actions.stepping import take_step
from apps.publications.actions.versions import add_version, remove_stray_files

__all__ = [
    "Overtaken",
    "add_version",
    "change_comment",
    "delete_draft",
    "delete_publication",
    "publish_due",
    "remove_stray_files",
    "resolve_comment",
    "save_draft",
    "save_publication",
    "send_drafts",
    "set_publishing_time",
    "settle_byline",
    "take_back_comment",
    "take_step",
    "widen_label",
]
