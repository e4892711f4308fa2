"""What time alone brings about: lapsed invitations fall silent."""

from __future__ import annotations

from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_noop as noop

from apps.members.actions.invitations import silence
from apps.members.models import Invitation
from apps.notifications.models import OutgoingMail


def cancel_lapsed(now: datetime) -> int:
    """Cancel what has not left of invitations that have lapsed; return of how many. One query when there is none."""
    lapsed = Invitation.objects.filter(state=Invitation.State.SENT, expires_at__lte=now)
    waiting = OutgoingMail.objects.unsent().filter(
        about_type=ContentType.objects.get_for_model(Invitation), about_id__in=lapsed.values("pk")
    )
    invitations = lapsed.filter(pk__in=waiting.values_list("about_id", flat=True))
    for invitation in invitations:
        silence(invitation, noop("the invitation has lapsed"))
    return len(invitations)
