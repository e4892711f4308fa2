"""Preparing a circulation: what is asked, of whom, until when. Nobody is told."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.refused import Refused
from apps.members.models import Member
from apps.members.permissions import Role
from apps.publications.models import Circulation, Publication

# Where a round of comments may begin; see ``ways``.
_BEFORE = (Publication.State.DRAFT, Publication.State.RESOLVING, Publication.State.CLEARED)


@transaction.atomic
def save_circulation(*, actor: Member, circulation: Circulation, now: datetime) -> Circulation:
    """Save a circulation that is being prepared; who is meant is set on the saved row.

    Refused without the right, once it was opened, for a version of another paper, for a deadline that has passed, and
    for a paper that is in circulation already or was published.
    """
    publication = circulation.publication
    is_new = circulation.pk is None
    right = "publications.add_circulation" if is_new else "publications.change_circulation"
    if not actor.has_perm(right, None if is_new else circulation):
        raise Refused(_("Only the secretariat does this."))
    publication.lock()
    publication.refresh_from_db()
    if not is_new and Circulation.objects.get(pk=circulation.pk).state != Circulation.State.PREPARED:
        raise Refused(_("This circulation was opened or cancelled meanwhile: it is not changed by this form any more."))
    if is_new and publication.circulations.filter(state__in=["prepared", "open"]).exists():
        raise Refused(_("This paper has a circulation that is not over yet."))
    check_ready(circulation, now)
    circulation.save()
    return circulation


def check_ready(circulation: Circulation, now: datetime) -> None:
    """Refuse what could not be opened: a paper in another state, another paper's version, a deadline that is over."""
    publication = circulation.publication
    if publication.state not in _BEFORE:
        state = {"state": publication.get_state_display()}
        raise Refused(_("A paper is circulated as a draft. This one is: %(state)s.") % state)
    if circulation.version.publication_id != publication.pk:
        raise Refused(_("Choose a version of this paper."))
    check_ahead(circulation.deadline.resolved()[0], now)


def check_ahead(deadline_at: datetime, now: datetime) -> None:
    """Refuse a deadline that has passed."""
    if deadline_at <= now:
        raise Refused(_("This deadline has passed already. Choose a later one."))


def check_reviewers(circulation: Circulation, member_ids: list[int]) -> None:
    """Refuse reviewers who could never answer: observers of the paper's group read and do not comment. One query."""
    roles = circulation.publication.group.memberships.current().filter(role=Role.OBSERVER, member__in=member_ids)
    names = list(roles.order_by("member__name").values_list("member__name", flat=True)[:5])
    if names:
        raise Refused(
            _("Observers of the group do not comment, so they can not owe an answer: %(names)s.")
            % {"names": ", ".join(names)}
        )
