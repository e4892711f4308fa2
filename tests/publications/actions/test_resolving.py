from datetime import timedelta

import pytest

from apps.core.refused import Refused
from apps.notifications.models import OutgoingMail
from apps.publications import actions
from apps.publications.deadline import ANYWHERE, Deadline
from apps.publications.models import Comment
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

YESTERDAY = NOW.date() - timedelta(days=1)


@pytest.fixture
def circulation(group):
    paper = make_publication(group=group, state="resolving")
    return make_circulation(publication=paper, state="closed")


@pytest.fixture
def comment(circulation):
    return make_comment(circulation=circulation, writer=make_member())


def settle(actor, comment, disposition="accepted", **more):
    return actions.resolve_comment(
        actor=actor, comment=comment, disposition=disposition, now=NOW, revision=more.pop("revision", 0), **more
    )


def test_comment_is_settled_by_who_leads_and_stays_without_its_writer(comment, chair, circulation):
    version = make_version(publication=circulation.publication)
    settled = settle(chair, comment, "partly", reason="The half of it.", resolved_in=version)

    comment.refresh_from_db()
    assert settled == comment
    assert (comment.disposition, comment.reason, comment.resolved_in) == ("partly", "The half of it.", version)
    assert (comment.resolved_by, comment.resolved_at, comment.revision) == (chair, NOW, 1)
    assert not Comment.objects.unresolved().exists()


def test_comment_is_opened_again(comment, chair):
    settle(chair, comment)
    settle(chair, comment, "", revision=1)

    comment.refresh_from_db()
    assert (comment.disposition, comment.resolved_by, comment.resolved_at) == ("", None, None)


@pytest.mark.parametrize("who", ["member", "observer", "other_member"])
def test_who_does_not_lead_settles_nothing(comment, request, who):
    with pytest.raises(Refused, match="Only the authors"):
        settle(request.getfixturevalue(who), comment)
    comment.refresh_from_db()
    assert comment.disposition == ""


def test_who_was_taken_off_the_title_page_meanwhile_neither_settles_nor_tells(comment, circulation, other_member):
    """The request has read that they are an author; they are not any more when the rows are held."""
    comment.circulation.publication.known_authors[other_member.pk] = True
    with pytest.raises(Refused, match="Only the authors"):
        settle(other_member, comment)

    circulation.publication.known_authors[other_member.pk] = True
    with pytest.raises(Refused, match="Only the authors"):
        actions.tell_resolved(actor=other_member, circulation=circulation, now=NOW)

    comment.refresh_from_db()
    assert comment.disposition == ""


@pytest.mark.parametrize("disposition", ["partly", "not_accepted"])
def test_what_was_not_wholly_accepted_needs_a_reason(comment, chair, disposition):
    with pytest.raises(Refused, match="Give a reason"):
        settle(chair, comment, disposition, reason=" ")


def test_version_is_a_later_one_of_this_paper_and_named_for_what_was_accepted(comment, chair, circulation):
    foreign = make_version(publication=make_publication(), number=9)
    for version in (circulation.version, foreign):
        with pytest.raises(Refused, match="Choose a version"):
            settle(chair, comment, resolved_in=version)
    with pytest.raises(Refused, match="accepted only"):
        settle(chair, comment, "noted", resolved_in=make_version(publication=circulation.publication))


def test_second_of_two_who_settle_the_same_comment_reads_what_the_first_did(comment, chair, coordinator):
    settle(chair, comment, "noted", reason="Known.")

    with pytest.raises(actions.Overtaken) as overtaken:
        settle(coordinator, comment, "accepted")

    assert (overtaken.value.present.disposition, overtaken.value.present.reason) == ("noted", "Known.")
    assert overtaken.value.present.revision == 1
    assert Comment.objects.get().disposition == "noted"


def test_comment_that_was_taken_back_or_whose_circulation_was_cancelled_is_not_settled(comment, chair, circulation):
    Comment.objects.all().delete()
    with pytest.raises(Refused, match="taken back"):
        settle(chair, comment)

    circulation.state = "cancelled"
    comment.circulation = circulation
    with pytest.raises(Refused, match="cancelled"):
        settle(chair, comment)


@pytest.mark.parametrize("state", ["cleared", "published", "withdrawn"])
def test_what_became_of_a_comment_stands_once_the_paper_is_cleared(comment, chair, coordinator, circulation, state):
    settle(coordinator, comment)
    paper = circulation.publication
    paper.state, paper.published_on = state, NOW.date()
    paper.save()

    for disposition in ("", "noted"):
        with pytest.raises(Refused, match="comments stands"):
            settle(coordinator, comment, disposition, revision=1)
    comment.refresh_from_db()
    assert comment.disposition == "accepted"


def test_unknown_disposition_is_refused(comment, chair):
    with pytest.raises(Refused, match="Choose one"):
        settle(chair, comment, "perhaps")


def tell(actor, circulation):
    return actions.tell_resolved(actor=actor, circulation=circulation, now=NOW)


def test_everybody_who_answered_is_told_once_with_comments_or_without(comment, chair, circulation):
    silent, without, gone = (make_member(name=name) for name in ("Silent", "Without", "Gone"))
    make_consultee(circulation=circulation, member=silent)
    make_consultee(circulation=circulation, member=without, answered_on=YESTERDAY, has_no_comments=True)
    make_consultee(circulation=circulation, member=gone, answered_on=YESTERDAY, removed_at=NOW)
    writer = make_member(name="Writer")
    make_consultee(circulation=circulation, member=writer, answered_on=YESTERDAY)
    settle(chair, comment)

    assert tell(chair, circulation) == 2
    with pytest.raises(Refused, match="already"):
        tell(chair, circulation)

    mails = OutgoingMail.objects.filter(kind="comments_resolved")
    assert {mail.member for mail in mails} == {without, writer}
    assert len({(mail.occasion, mail.about_key) for mail in mails}) == 1


def test_nobody_is_told_while_a_comment_is_open_or_may_still_come(comment, chair, circulation, member):
    with pytest.raises(Refused, match="not settled yet"):
        tell(chair, circulation)
    settle(chair, comment)
    with pytest.raises(Refused, match="Only the authors"):
        tell(member, circulation)
    type(circulation).objects.update(state="open")
    with pytest.raises(Refused, match="still come in"):
        tell(chair, circulation)

    assert not OutgoingMail.objects.exists()


def test_everybody_is_told_from_the_day_on_on_which_the_last_answers_show(comment, chair, circulation):
    late = make_consultee(circulation=circulation, answered_on=NOW.date()).member
    settle(chair, comment)
    type(circulation).objects.update(closed_at=NOW)

    with pytest.raises(Refused, match="show tomorrow"):
        tell(chair, circulation)
    told = actions.tell_resolved(actor=chair, circulation=circulation, now=NOW + timedelta(days=1))

    assert (told, OutgoingMail.objects.get().member) == (1, late)


def test_circulation_whose_comments_are_settled_and_told_is_not_opened_again(comment, chair, circulation, coordinator):
    consultee = make_consultee(circulation=circulation, answered_on=YESTERDAY)
    settle(chair, comment)
    tell(chair, circulation)

    later = {"once": "a", "now": NOW}
    deadline = Deadline(circulation.deadline_on + timedelta(days=9), None, ANYWHERE)
    until = circulation.deadline_at + timedelta(days=1)
    with pytest.raises(Refused, match="told already"):
        actions.extend_deadline(actor=coordinator, circulation=circulation, deadline=deadline, **later)
    with pytest.raises(Refused, match="told already"):
        actions.extend_consultee(actor=coordinator, consultee=consultee, until=until, **later)
