"""What can be done with publications. Each function says no with ``Refused``."""

from apps.publications.actions.commenting import delete_draft, save_draft, send_drafts
from apps.publications.actions.owning import change_comment, take_back_comment, widen_label
from apps.publications.actions.resolving import Overtaken, resolve_comment
from apps.publications.actions.stepping import take_step

__all__ = [
    "Overtaken",
    "change_comment",
    "delete_draft",
    "resolve_comment",
    "save_draft",
    "send_drafts",
    "take_back_comment",
    "take_step",
    "widen_label",
]
