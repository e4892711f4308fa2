"""What can be done with publications. Each function says no with ``Refused``."""

from apps.publications.actions.editing import delete_draft, save_publication, settle_byline
from apps.publications.actions.publishing import publish, take_back
from apps.publications.actions.versions import add_version, remove_stray_files

__all__ = [
    "add_version",
    "delete_draft",
    "publish",
    "remove_stray_files",
    "save_publication",
    "settle_byline",
    "take_back",
]
