"""From idea to published and back: which step follows which, what it asks for, and what is written down."""

from datetime import timedelta

import pytest

from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.publications.actions import take_step
from apps.publications.models import Publication, Step
from apps.publications.ways import WAYS, missing
from tests.make import NOW, make_circulation, make_comment, make_publication, make_version

State = Publication.State

pytestmark = pytest.mark.django_db


def make_paper(state, **fields):
    """One that lacks nothing."""
    paper = make_publication(state=state, licence="CC-BY-4.0", **fields)
    make_version(publication=paper)
    return paper


def step(paper, state, actor=None, note="Because."):
    return take_step(actor=actor, publication=paper, state=state, now=NOW, note=note)


@pytest.mark.parametrize("before", list(State))
@pytest.mark.parametrize("after", list(State))
def test_step_is_taken_along_the_ways_and_nowhere_else(coordinator, before, after):
    paper = make_paper(before)
    if after == State.CIRCULATING and after in WAYS[before]:
        make_circulation(publication=paper)

    if after not in WAYS[before]:
        with pytest.raises(Refused):
            step(paper, after, coordinator)
        paper.refresh_from_db()
        assert (paper.state, Step.objects.count()) == (before, 0)
        return

    step(paper, after, coordinator)

    assert Publication.objects.get().state == after
    [row] = Step.objects.all()
    assert (row.state, row.at, row.by, row.note) == (after, NOW, coordinator, "Because.")


@pytest.mark.parametrize("who", ["chair", "member", "observer", "other_member", "suspended"])
def test_step_is_refused_to_all_but_the_secretariat(request, who):
    paper = make_paper(State.DRAFT)

    with pytest.raises(Refused, match="You may not take this step"):
        step(paper, State.CLEARED, request.getfixturevalue(who))


def test_worker_steps_without_an_actor():
    paper = make_paper(State.DRAFT)

    step(paper, State.PUBLISHED)

    assert Step.objects.get().by is None
    assert (paper.published_at, paper.published_on) == (NOW, NOW.date())


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda paper: paper.versions.all().delete(), "It has no file."),
        (lambda paper: Publication.objects.update(abstract="  \n"), "It has no abstract."),
        (lambda paper: paper.authors.all().delete(), "It has no author."),
        (lambda paper: Publication.objects.update(licence=""), "It has no licence."),
    ],
    ids=["file", "abstract", "author", "licence"],
)
def test_publishing_says_all_that_is_missing(coordinator, change, sentence):
    paper = make_paper(State.CLEARED)
    change(paper)

    with pytest.raises(Refused) as refused:
        step(paper, State.PUBLISHED, coordinator)

    assert str(refused.value) == sentence


@pytest.mark.parametrize("after", [State.CLEARED, State.PUBLISHED])
def test_paper_with_an_unanswered_comment_is_neither_cleared_nor_published(coordinator, member, after):
    paper = make_paper(State.RESOLVING if after == State.CLEARED else State.CLEARED)
    circulation = make_circulation(publication=paper, state="closed")
    comment = make_comment(circulation=circulation, writer=member)
    make_comment(circulation=circulation, writer=member, disposition="noted", resolved_at=NOW)

    with pytest.raises(Refused, match=r"^1 comment is not answered\.$"):
        step(paper, after, coordinator)

    comment.disposition, comment.resolved_at = "accepted", NOW
    comment.save()
    assert step(paper, after, coordinator).state == after


def test_what_stands_in_the_way_counts_no_comment_of_the_day(coordinator, member):
    paper = make_paper(State.RESOLVING)
    circulation = make_circulation(publication=paper, state="closed")
    make_comment(circulation=circulation, writer=member)
    make_comment(circulation=circulation, writer=member, attribution="name", sent_on=NOW.date())
    for _number in range(3):
        make_comment(circulation=circulation, writer=member, sent_on=NOW.date())
        assert missing(paper, State.CLEARED, NOW) == [
            "2 comments are not answered.",
            "Comments that were sent today show tomorrow.",
        ]

    assert missing(paper, State.CLEARED, NOW + timedelta(days=1)) == ["5 comments are not answered."]


def test_comments_of_a_cancelled_circulation_ask_for_no_answer(coordinator, member):
    paper = make_paper(State.DRAFT)
    make_comment(circulation=make_circulation(publication=paper, state="cancelled"), writer=member)

    assert step(paper, State.CLEARED, coordinator).state == State.CLEARED


def test_circulating_goes_with_an_open_circulation(coordinator):
    paper = make_paper(State.DRAFT)
    with pytest.raises(Refused, match="No circulation of it is open"):
        step(paper, State.CIRCULATING, coordinator)

    circulation = make_circulation(publication=paper)
    step(paper, State.CIRCULATING, coordinator)
    with pytest.raises(Refused, match="A circulation of it is open"):
        step(paper, State.RESOLVING, coordinator)

    circulation.state = "closed"
    circulation.save()
    assert step(paper, State.RESOLVING, coordinator).state == State.RESOLVING


@pytest.mark.parametrize("after", [State.DRAFT, State.WITHDRAWN])
def test_taking_from_readers_asks_for_a_reason(coordinator, after):
    paper = make_paper(State.PUBLISHED)

    with pytest.raises(Refused, match="Give a reason"):
        step(paper, after, coordinator, note=" ")

    step(paper, after, coordinator, note="Table 2 is wrong.")
    assert paper.withdrawn_reason == ("Table 2 is wrong." if after == State.WITHDRAWN else "")


def test_date_that_was_entered_stays_through_publishing_and_withdrawing(coordinator):
    paper = make_paper(State.DRAFT, published_on="2022-12-22")

    for state in (State.PUBLISHED, State.WITHDRAWN, State.PUBLISHED):
        step(paper, state, coordinator)

    paper.refresh_from_db()
    assert str(paper.published_on) == "2022-12-22"
    assert (paper.published_at, paper.withdrawn_reason) == (NOW, "")


def test_steps_that_change_who_reads_are_audited_and_others_are_not(coordinator):
    paper = make_paper(State.DRAFT, visibility="members")

    for state in (State.CLEARED, State.PUBLISHED, State.WITHDRAWN):
        step(paper, state, coordinator)

    assert list(AuditEntry.objects.order_by("pk").values_list("event", "actor", "detail")) == [
        ("visibility", coordinator.pk, "cleared>published (members)"),
        ("visibility", coordinator.pk, "published>withdrawn (members)"),
    ]


def test_same_step_twice_is_said_and_done_once(coordinator):
    paper = make_paper(State.DRAFT)
    step(paper, State.PUBLISHED, coordinator)

    with pytest.raises(Refused, match="done already"):
        step(paper, State.PUBLISHED, coordinator)

    assert Step.objects.count() == 1
