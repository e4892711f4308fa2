"""What can be done with publications. Each function says no with ``Refused``."""

from apps.publications.actions.announcing import announce_publication, announce_still
from apps.publications.actions.answering import answer_without_comments
from apps.publications.actions.circulating import cancel_circulation, close_circulation, close_over, open_circulation
from apps.publications.actions.commenting import delete_draft, save_draft, send_drafts
from apps.publications.actions.consultees import add_consultees, remind_owing, remove_consultee
from apps.publications.actions.editing import delete_publication, save_publication, settle_byline
from apps.publications.actions.erasing import forget_names_of_the_erased
from apps.publications.actions.extending import extend_consultee, extend_deadline
from apps.publications.actions.harvesting import settle_harvest
from apps.publications.actions.importing import forget_sheets, import_sheet, keep_sheet
from apps.publications.actions.owning import change_comment, take_back_comment, widen_label
from apps.publications.actions.preparing import save_circulation
from apps.publications.actions.publishing import publish_due, set_publishing_time
from apps.publications.actions.reading import read_next
from apps.publications.actions.resolving import Overtaken, resolve_comment, tell_resolved
from apps.publications.actions.stepping import take_step
from apps.publications.actions.summarising import summarise
from apps.publications.actions.versions import add_version

__all__ = [
    "Overtaken",
    "add_consultees",
    "add_version",
    "announce_publication",
    "announce_still",
    "answer_without_comments",
    "cancel_circulation",
    "change_comment",
    "close_circulation",
    "close_over",
    "delete_draft",
    "delete_publication",
    "extend_consultee",
    "extend_deadline",
    "forget_names_of_the_erased",
    "forget_sheets",
    "import_sheet",
    "keep_sheet",
    "open_circulation",
    "publish_due",
    "read_next",
    "remind_owing",
    "remove_consultee",
    "resolve_comment",
    "save_circulation",
    "save_draft",
    "save_publication",
    "send_drafts",
    "set_publishing_time",
    "settle_byline",
    "settle_harvest",
    "summarise",
    "take_back_comment",
    "take_step",
    "tell_resolved",
    "widen_label",
]
