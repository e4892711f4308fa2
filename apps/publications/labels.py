"""What a comment says of who wrote it: never more than the circulation allows, and nothing that fits too few people.

A label is settled once, at sending; later it can only be widened. Who might stand behind it are those who may comment
in the circulation: an organisation that sent one person names that person.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from apps.members.models import Member
from apps.publications.models import Attribution, Circulation, Comment
from apps.publications.models.comment import shown_label

# A label that fits fewer people is widened.
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Label:
    """What is shown, and as which kind of label; ``text`` is "" for nothing, and the slug of a stakeholder group."""

    attribution: Attribution
    text: str

    def __str__(self) -> str:
        return shown_label(self.attribution, self.text)


def label_for(circulation: Circulation, member: Member, wanted: Attribution) -> Label:
    """Return the label a comment of the member gets who wants this one. At most two queries."""
    fitting = fitting_labels(circulation, member)
    return next(label for label in fitting if not wanted.is_wider_than(label.attribution))


def fitting_labels(circulation: Circulation, member: Member) -> list[Label]:
    """Return the labels the member may choose from, the most exact first; the last says nothing. At most two queries.

    The name needs no crowd: it is there to be recognised.
    """
    every = list(Attribution)
    allowed = every[every.index(Attribution(circulation.attribution)) :]
    texts = _texts(circulation, member)
    return [Label(attribution, texts[attribution]) for attribution in allowed if attribution in texts]


def wider_labels(circulation: Circulation, member: Member, comment: Comment) -> list[Label]:
    """Return the labels that say less than that of the member's comment. At most two queries.

    Who has moved to another organisation since gets nothing of that one: beside the label that others have read, it
    would say who moved.
    """
    present = Attribution(comment.attribution)
    wider = [label for label in fitting_labels(circulation, member) if label.attribution.is_wider_than(present)]
    has_moved = member.organisation is None or member.organisation.name != comment.label
    return wider[-1:] if present == Attribution.ORGANISATION and has_moved else wider


def _texts(circulation: Circulation, member: Member) -> dict[Attribution, str]:
    """Return what each kind of label would say, without those that would say nothing or fit too few."""
    texts = {Attribution.NONE: ""}
    if member.name:
        texts[Attribution.NAME] = member.name
    organisation = member.organisation
    if organisation is None:
        return texts
    alike = Q(member__organisation=organisation.pk)
    akin = Q(member__organisation__stakeholder_group=organisation.stakeholder_group)
    crowd = circulation.consultees.live().writing(circulation.owning_group_id)
    counts = crowd.aggregate(alike=Count("pk", filter=alike), akin=Count("pk", filter=akin))
    if counts["alike"] >= FEWEST:
        texts[Attribution.ORGANISATION] = organisation.name
    if counts["akin"] >= FEWEST:
        texts[Attribution.STAKEHOLDER_GROUP] = organisation.stakeholder_group
    return texts
