"""What may stand in a name's place in an unattributed thread: a label, where enough others of the audience bear it too.

Only people who may write there count, and who show their organisation: others could not tell them from strangers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from apps.members.managers import MemberQuerySet
from apps.members.models import Member
from apps.members.models.person import StakeholderGroup
from apps.publications.models import Attribution

if TYPE_CHECKING:
    from apps.discussions.models import Thread

FEWEST = 5


@dataclass(frozen=True, slots=True)
class Label:
    """One way to sign, and how many it fits, the writer perhaps among them."""

    attribution: Attribution
    text: str
    fits: int

    @property
    def is_wide_enough(self) -> bool:
        return self.fits >= FEWEST


def labels_for(member: Member, thread: Thread) -> list[Label]:
    """Return the labels the member bears, from the most to the least exact. Two queries, one without organisation."""
    organisation = member.organisation
    if organisation is None:
        return []
    group = StakeholderGroup(organisation.stakeholder_group)
    named = Q(organisation=organisation)
    kin = Q(organisation__stakeholder_group=group)
    counts = _bearers(thread).aggregate(named=Count("pk", filter=named), kin=Count("pk", filter=kin))
    return [
        Label(Attribution.ORGANISATION, organisation.name, counts["named"]),
        Label(Attribution.STAKEHOLDER_GROUP, str(group.value), counts["kin"]),
    ]


def fits_still(attribution: str, text: str, thread: Thread) -> bool:
    """Whether a label that stands in the thread fits enough people of its present audience. One query."""
    field = "organisation__name" if attribution == Attribution.ORGANISATION else "organisation__stakeholder_group"
    return _bearers(thread).filter(**{field: text}).count() >= FEWEST


def label_words(attribution: str, text: str) -> str:
    """Return what stands in a name's place."""
    if attribution == Attribution.ORGANISATION:
        return text
    if attribution == Attribution.STAKEHOLDER_GROUP:
        return str(dict(StakeholderGroup.choices).get(text, text))
    return str(_("A member of the group"))


def _bearers(thread: Thread) -> MemberQuerySet:
    return Member.objects.seeing(thread).working_in(thread).filter(shows_organisation=True)
