"""Answering a circulation without comments, with one button."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.refused import Refused
from apps.members.models import Member
from apps.publications.actions.commenting import writing_consultee
from apps.publications.models import Circulation, Consultee
from apps.publications.standing import day_of


@transaction.atomic
def answer_without_comments(*, actor: Member, circulation: Circulation, now: datetime) -> Consultee:
    """Note that the actor has no comments. Twice is once. Refused when not asked, too late, or comments were sent."""
    circulation.lock()
    circulation.refresh_from_db()
    consultee = writing_consultee(actor, circulation, now)
    if consultee.answered_on and not consultee.has_no_comments:
        raise Refused(_("You have sent comments already: they are your answer."))
    consultee.note_answer(day_of(now), has_no_comments=True)
    return consultee
