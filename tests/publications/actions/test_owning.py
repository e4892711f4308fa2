from datetime import timedelta
from uuid import uuid4

import pytest

from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.publications import actions
from apps.publications.models import Attribution, Comment, DraftComment
from tests.make import NOW, make_circulation, make_comment, make_consultee, make_member, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def circulation():
    return make_circulation()


@pytest.fixture
def writer(circulation):
    person = make_member(name="Wanda Writer", organisation=make_organisation(stakeholder_group="ngo"))
    make_consultee(circulation=circulation, member=person, answered_on=NOW.date())
    return person


@pytest.fixture
def comment(circulation, writer):
    return make_comment(circulation=circulation, writer=writer, comment="Too long.", page=2)


def change(actor, comment, comment_text="Too short.", *, now=NOW, revision=0, **text):
    return actions.change_comment(
        actor=actor,
        circulation=comment.circulation,
        comment_id=comment.pk,
        text={"comment": comment_text, **text},
        revision=revision,
        now=now,
    )


def test_own_comment_is_changed_and_moves_to_its_new_place(comment, writer):
    change(writer, comment, page=7)

    comment.refresh_from_db()
    assert (comment.comment, comment.page, comment.place[:5], comment.revision) == ("Too short.", 7, "00007", 1)
    assert (comment.sent_on, comment.is_of(writer)) == (NOW.date() - timedelta(days=1), True)
    assert not AuditEntry.objects.exists()


def test_comment_of_somebody_else_and_one_that_does_not_exist_are_refused_alike(comment, circulation):
    other = make_member()
    make_consultee(circulation=circulation, member=other)
    unknown = Comment(pk=uuid4(), circulation=circulation)

    sentences = set()
    for each in (comment, unknown):
        with pytest.raises(Refused) as refusal:
            change(other, each)
        sentences.add(str(refusal.value))

    comment.refresh_from_db()
    assert comment.comment == "Too long."
    assert len(sentences) == 1


def test_change_of_what_another_window_changed_is_refused(comment, writer):
    change(writer, comment)

    with pytest.raises(Refused, match="another window"):
        change(writer, comment, "Lost.")
    assert Comment.objects.get().comment == "Too short."


def test_settled_and_late_comments_are_not_changed_or_taken_back(comment, writer, circulation):
    with pytest.raises(Refused, match="deadline"):
        change(writer, comment, now=NOW + timedelta(days=20))
    Comment.objects.update(disposition="noted", resolved_at=NOW)

    with pytest.raises(Refused, match="settled"):
        change(writer, comment)
    with pytest.raises(Refused, match="settled"):
        actions.take_back_comment(actor=writer, circulation=circulation, comment_id=comment.pk, now=NOW)


def test_comment_taken_back_is_a_draft_again_and_the_answer_stays(comment, writer, circulation):
    actions.take_back_comment(actor=writer, circulation=circulation, comment_id=comment.pk, now=NOW)

    assert not Comment.objects.exists()
    [draft] = DraftComment.objects.of(writer)
    assert (draft.comment, draft.page) == ("Too long.", 2)
    assert circulation.consultees.get(member=writer).answered_on == NOW.date()


def test_label_is_widened_at_any_time_and_never_narrowed(circulation, writer):
    comment = make_comment(circulation=circulation, writer=writer, attribution="name")
    type(circulation).objects.update(state="closed")

    # One person of the organisation and of its stakeholder group: neither label would hide anybody.
    actions.widen_label(
        actor=writer, circulation=circulation, comment_id=comment.pk, attribution=Attribution.ORGANISATION
    )

    comment.refresh_from_db()
    assert (comment.attribution, comment.label, comment.author) == (Attribution.NONE, "", None)
    for narrower in (Attribution.NAME, Attribution.NONE):
        with pytest.raises(Refused, match="says less"):
            actions.widen_label(actor=writer, circulation=circulation, comment_id=comment.pk, attribution=narrower)


def test_nobody_else_widens_a_label(circulation, writer, coordinator):
    comment = make_comment(circulation=circulation, writer=writer, attribution="name")

    with pytest.raises(Refused, match="not there"):
        actions.widen_label(actor=coordinator, circulation=circulation, comment_id=comment.pk, attribution="none")
    comment.refresh_from_db()
    assert comment.author == writer
