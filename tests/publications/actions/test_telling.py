"""Clearing and publishing tell those who answered what became of the comments, where nobody has told them yet."""

from datetime import timedelta

import pytest

from apps.core.refused import Refused
from apps.notifications.models import OutgoingMail
from apps.publications import actions
from apps.publications.ledger.told import differences
from tests.make import (
    NOW,
    make_circulation,
    make_comment,
    make_consultee,
    make_member,
    make_publication,
    make_version,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
YESTERDAY = NOW.date() - DAY


@pytest.fixture
def paper(group):
    paper = make_publication(group=group, state="resolving", licence="CC-BY-4.0")
    make_version(publication=paper)
    return paper


@pytest.fixture
def answered(paper):
    """Ann sent comments, Ben has none, Cho never answered."""
    circulation = make_circulation(publication=paper, state="closed", closed_at=NOW - DAY)
    ann, ben, cho = (make_member(name=name) for name in ("Ann", "Ben", "Cho"))
    make_comment(circulation=circulation, writer=ann, disposition="accepted", resolved_at=NOW)
    make_consultee(circulation=circulation, member=ann, answered_on=YESTERDAY)
    make_consultee(circulation=circulation, member=ben, answered_on=YESTERDAY, has_no_comments=True)
    make_consultee(circulation=circulation, member=cho)
    return circulation


def step(paper, state, actor, now=NOW):
    return actions.take_step(actor=actor, publication=paper, state=state, now=now)


def told():
    mails = OutgoingMail.objects.filter(kind="comments_resolved").order_by("member__name")
    return list(mails.values_list("member__name", flat=True))


def test_clearing_tells_who_answered_once(paper, answered, coordinator):
    step(paper, "cleared", coordinator)
    step(paper, "resolving", coordinator)
    step(paper, "cleared", coordinator)
    step(paper, "published", coordinator)

    answered.refresh_from_db()
    assert (answered.told_at, told()) == (NOW, ["Ann", "Ben"])
    assert list(differences(NOW)) == []
    with pytest.raises(Refused, match="told already"):
        actions.tell_resolved(actor=coordinator, circulation=answered, now=NOW)


def test_clearing_tells_nobody_again(paper, answered, coordinator):
    actions.tell_resolved(actor=coordinator, circulation=answered, now=NOW)

    step(paper, "cleared", coordinator, now=NOW + DAY)

    answered.refresh_from_db()
    assert (answered.told_at, told()) == (NOW, ["Ann", "Ben"])


def test_paper_that_goes_straight_out_from_draft_tells_them_too(paper, answered, coordinator):
    step(paper, "draft", coordinator)
    assert told() == []

    step(paper, "published", coordinator)

    assert told() == ["Ann", "Ben"]


def test_worker_that_publishes_at_the_time_set_tells_them(paper, answered, coordinator):
    step(paper, "draft", coordinator)
    actions.set_publishing_time(actor=coordinator, publication=paper, at=NOW + DAY, now=NOW)
    assert told() == []

    assert actions.publish_due(paper, NOW + DAY)

    assert told() == ["Ann", "Ben"]


def test_paper_is_not_cleared_on_the_day_its_circulation_closes(paper, answered, coordinator):
    """Who answered that day nobody may know before the next."""
    type(answered).objects.update(closed_at=NOW)
    make_consultee(circulation=answered, member=make_member(name="Dia"), answered_on=NOW.date())

    with pytest.raises(Refused, match="closed today: the answers of the last day show tomorrow"):
        step(paper, "cleared", coordinator)
    assert told() == []

    step(paper, "cleared", coordinator, now=NOW + DAY)
    assert told() == ["Ann", "Ben", "Dia"]


def test_every_round_is_told_but_the_cancelled_and_the_unanswered(paper, answered, coordinator):
    eva, fay = (make_member(name=name) for name in ("Eva", "Fay"))
    second = make_circulation(publication=paper, state="closed")
    make_consultee(circulation=second, member=eva, answered_on=YESTERDAY)
    cancelled = make_circulation(publication=paper, state="cancelled")
    make_consultee(circulation=cancelled, member=fay, answered_on=YESTERDAY)
    silent = make_circulation(publication=paper, state="closed")
    make_consultee(circulation=silent)

    step(paper, "cleared", coordinator)

    assert told() == ["Ann", "Ben", "Eva"]
    for circulation, is_told in ((answered, True), (second, True), (cancelled, False), (silent, False)):
        circulation.refresh_from_db()
        assert (circulation.told_at is not None) == is_told
