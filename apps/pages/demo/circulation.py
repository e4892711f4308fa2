"""The sample paper in circulation, with comments: straight as rows; the ledger notes its mails as sent, nothing is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from apps.members.models import Group, Member
from apps.pages.demo.source import table
from apps.pages.demo.told import note_request
from apps.publications.labels import label_for
from apps.publications.models import Attribution, Circulation, Comment, Consultee, DraftComment, Publication
from apps.publications.planning import plan_chases
from apps.publications.standing import day_of

_OPENED_DAYS_AGO, _DAYS_LEFT = 9, 18
# The last of them has not answered: somebody to chase.
_REVIEWERS = ("member", "other", "kwabena")


def load_circulation(paper: Publication, members: dict[str, Member], now: datetime) -> None:
    """Put the newest version of the sample before the members of its group, open for some weeks more."""
    content = table("circulation")
    opened_at = now - timedelta(days=_OPENED_DAYS_AGO)
    paper.state = Publication.State.CIRCULATING
    paper.save(update_fields=["state"])
    paper.steps.create(state=paper.state, at=opened_at)
    circulation = Circulation.objects.create(
        publication=paper,
        version=paper.versions.newest_first()[0],
        state=Circulation.State.OPEN,
        opened_at=opened_at,
        opened_by=members["coordinator"],
        deadline_on=(now + timedelta(days=_DAYS_LEFT)).date(),
        seen_by=Circulation.SeenBy.PARTICIPANTS,
        instructions=content["instructions"].strip(),
        confidentiality=content["confidentiality"],
    )
    _ask(circulation, paper.group, members, opened_at)
    note_request(circulation, opened_at)
    plan_chases(circulation, now)
    for said in content["comment"]:
        _send(circulation, members[said["by"]], said, now)
    for said in content["draft"]:
        DraftComment.objects.create(circulation=circulation, member=members[said["by"]], **_text(said))


def _ask(circulation: Circulation, group: Group, members: dict[str, Member], at: datetime) -> None:
    """Everybody in the group through it, the reviewers by hand. Whose comments are here has answered."""
    answered = {said["by"] for said in table("circulation")["comment"]}
    present = set(group.memberships.current().values_list("member", flat=True))
    asked = {login: member for login, member in members.items() if member.pk in present or login in _REVIEWERS}
    day = day_of(at + timedelta(days=1))
    Consultee.objects.bulk_create(
        Consultee(
            circulation=circulation,
            member=member,
            via_group=group if member.pk in present else None,
            is_reviewer=login in _REVIEWERS,
            added_at=at,
            answered_on=day if login in answered else None,
        )
        for login, member in asked.items()
    )


def _send(circulation: Circulation, writer: Member, said: dict[str, Any], now: datetime) -> None:
    label = label_for(circulation, writer, Attribution(said["shown"]))
    comment = Comment(
        circulation=circulation,
        attribution=label.attribution,
        label=label.text,
        author=writer if label.attribution == Attribution.NAME else None,
        sent_on=day_of(now - timedelta(days=2)),
        **_text(said),
    )
    comment.sign_for(writer)
    comment.take_place()
    comment.save(force_insert=True)


def _text(said: dict[str, Any]) -> dict[str, Any]:
    names = {"change": "proposed_change"}
    return {names.get(name, name): value for name, value in said.items() if name not in ("by", "shown")}
