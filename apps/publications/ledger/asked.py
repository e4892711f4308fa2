"""Who was asked and who was written to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, OuterRef

from apps.publications.ledger.mails import ABOUT_PREFIX, consultee_of_mail, mails_to_asked, mails_to_consultee
from apps.publications.models import Consultee


def differences(now: datetime) -> Iterator[str]:
    """Yield requests never written, and mails nobody caused. Three queries."""
    yield from _never_written()
    yield from _to_strangers()
    yield from _without_cause()


def _never_written() -> Iterator[str]:
    """Opened by a person, so a mail must have been written then. Circulations noted without mail have no opener."""
    told = mails_to_consultee().filter(kind="circulation_invitation").since(OuterRef("added_at"))
    asked = Consultee.objects.live().exclude(circulation__opened_by=None).filter(~Exists(told))
    for circulation, member in asked.values_list("circulation_id", "member_id").iterator():
        yield f"circulation {circulation}: member {member} is asked and no request was written"


def _to_strangers() -> Iterator[str]:
    strange = mails_to_asked().filter(~Exists(consultee_of_mail()))
    for pk, kind, member in strange.values_list("pk", "kind", "member_id").iterator():
        yield f"mail {pk} ({kind}) was written to member {member}, who was never asked"


def _without_cause() -> Iterator[str]:
    model = mails_to_asked().model
    bare = model.objects.filter(about_key__startswith=ABOUT_PREFIX, announcement=None, reminder=None)
    for pk, kind in bare.values_list("pk", "kind").iterator():
        yield f"mail {pk} ({kind}) belongs to no announcement and no reminder"
