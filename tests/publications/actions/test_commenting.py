from datetime import timedelta

import pytest

from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.members.permissions import Role
from apps.publications import actions
from apps.publications.actions.commenting import MAX_DRAFTS, stamp_of
from apps.publications.models import Attribution, Comment, DraftComment
from tests.make import NOW, make_circulation, make_comment, make_consultee, make_member, make_membership

pytestmark = pytest.mark.django_db

LATE = NOW + timedelta(days=20)


@pytest.fixture
def circulation():
    return make_circulation()


@pytest.fixture
def writer(circulation):
    person = make_member(name="Wanda Writer")
    make_consultee(circulation=circulation, member=person)
    return person


def keep(writer, circulation, comment="Too long.", **more):
    text = {"comment": comment, **more.pop("text", {})}
    return actions.save_draft(actor=writer, circulation=circulation, text=text, **more)


def send(writer, circulation, attribution="none", **more):
    return actions.send_drafts(
        actor=writer, circulation=circulation, attribution=attribution, now=more.pop("now", NOW), **more
    )


def drafts(writer):
    return list(DraftComment.objects.of(writer).order_by("pk").values_list("comment", flat=True))


def test_draft_is_saved_and_saved_over(circulation, writer):
    first = keep(writer, circulation, "Too")
    keep(writer, circulation, "Too long.", draft_id=first.pk, seen=stamp_of(first))

    assert drafts(writer) == ["Too long."]


def test_draft_saved_in_two_windows_is_kept_twice(circulation, writer):
    first = keep(writer, circulation, "Too")
    seen = stamp_of(first)
    keep(writer, circulation, "Too long.", draft_id=first.pk, seen=seen)
    keep(writer, circulation, "Too short.", draft_id=first.pk, seen=seen)

    assert drafts(writer) == ["Too long.", "Too short."]


def test_draft_of_somebody_else_is_not_saved_over(circulation, writer):
    other = make_member()
    make_consultee(circulation=circulation, member=other)
    theirs = keep(other, circulation, "Mine alone.")

    keep(writer, circulation, "Mine.", draft_id=theirs.pk)

    assert (drafts(other), drafts(writer)) == (["Mine alone."], ["Mine."])


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_draft_is_kept_when_it_can_not_be_sent_any_more(circulation, writer, state):
    type(circulation).objects.update(state=state)

    keep(writer, circulation)

    assert drafts(writer) == ["Too long."]


def test_draft_is_kept_of_who_was_taken_off_and_refused_to_who_was_never_asked(circulation, writer):
    circulation.consultees.update(removed_at=NOW)
    keep(writer, circulation)

    with pytest.raises(Refused, match="not asked"):
        keep(make_member(), circulation)
    assert drafts(writer) == ["Too long."]


def test_drafts_have_an_end(circulation, writer):
    DraftComment.objects.bulk_create(
        DraftComment(circulation=circulation, member=writer, comment="x") for _ in range(MAX_DRAFTS)
    )

    with pytest.raises(Refused, match="too many"):
        keep(writer, circulation)


def test_sending_makes_comments_that_name_nobody(circulation, writer):
    keep(writer, circulation, "Too long.", text={"page": 3, "section": "2.1", "kind": "te", "proposed_change": "Cut."})
    sent = send(writer, circulation)

    [comment] = Comment.objects.all()
    assert [each.pk for each in sent] == [comment.pk]
    assert (comment.comment, comment.page, comment.section, comment.kind) == ("Too long.", 3, "2.1", "te")
    assert (comment.attribution, comment.label, comment.author) == (Attribution.NONE, "", None)
    assert (comment.sent_on, comment.place[:5], comment.is_of(writer)) == (NOW.date(), "00003", True)
    assert not comment.is_of(make_member())
    assert drafts(writer) == []
    assert not AuditEntry.objects.exists()


def test_sending_under_the_name_keeps_the_writer(circulation, writer):
    keep(writer, circulation)
    [comment] = send(writer, circulation, Attribution.NAME)

    assert (comment.label, comment.author) == ("Wanda Writer", writer)


def test_sending_notes_the_first_day_of_an_answer_and_no_time(circulation, writer):
    before = circulation.consultees.get(member=writer)
    for day in range(2):
        keep(writer, circulation)
        send(writer, circulation, now=NOW + timedelta(days=day))

    after = circulation.consultees.get(member=writer)
    assert (after.answered_on, after.has_no_comments) == (NOW.date(), False)
    assert after.updated_at == before.updated_at


def test_day_of_a_comment_is_that_of_utc_wherever_the_writer_is(circulation, writer):
    keep(writer, circulation)
    [comment] = send(writer, circulation, now=NOW.replace(hour=23))

    assert comment.sent_on == NOW.date()


def test_sending_leaves_what_is_to_be_kept_and_what_says_nothing(circulation, writer):
    kept = keep(writer, circulation, "Later.")
    keep(writer, circulation, "", text={"proposed_change": "Cut."})
    keep(writer, circulation, "Now.")

    send(writer, circulation, keep=[kept.pk])

    assert drafts(writer) == ["Later.", ""]
    assert [comment.comment for comment in Comment.objects.all()] == ["Now."]


def test_sending_twice_sends_once(circulation, writer):
    keep(writer, circulation)
    send(writer, circulation)

    with pytest.raises(Refused, match="no draft"):
        send(writer, circulation)
    assert Comment.objects.count() == 1


def test_label_that_says_more_than_allowed_is_refused(circulation, writer):
    type(circulation).objects.update(attribution=Attribution.STAKEHOLDER_GROUP)
    keep(writer, circulation)

    with pytest.raises(Refused, match="less than that"):
        send(writer, circulation, Attribution.ORGANISATION)
    with pytest.raises(Refused, match="Choose how"):
        send(writer, circulation, "shoe size")
    assert drafts(writer) == ["Too long."]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [({"state": "cancelled"}, "cancelled"), ({"state": "closed"}, "deadline"), ({"state": "prepared"}, "any more")],
)
def test_circulation_that_is_not_open_takes_no_comments_and_keeps_drafts(circulation, writer, change, sentence):
    keep(writer, circulation)
    type(circulation).objects.update(**change)

    with pytest.raises(Refused, match=sentence if change["state"] != "prepared" else "deadline"):
        send(writer, circulation)
    assert drafts(writer) == ["Too long."]
    assert not Comment.objects.exists()


def test_late_comments_need_leave(circulation, writer):
    keep(writer, circulation)
    with pytest.raises(Refused, match="deadline"):
        send(writer, circulation, now=LATE)

    circulation.consultees.update(extended_until=LATE + timedelta(hours=1))

    assert len(send(writer, circulation, now=LATE)) == 1


def test_who_was_taken_off_or_observes_sends_nothing(circulation, writer):
    observer = make_member()
    make_consultee(circulation=circulation, member=observer)
    make_membership(group=circulation.publication.group, member=observer, role=Role.OBSERVER)
    for person in (writer, observer):
        keep(person, circulation)
    circulation.consultees.filter(member=writer).update(removed_at=NOW)

    with pytest.raises(Refused, match="any more"):
        send(writer, circulation)
    with pytest.raises(Refused, match="Observers"):
        send(observer, circulation)
    assert not Comment.objects.exists()


def test_draft_is_deleted_by_its_writer_alone(circulation, writer):
    draft = keep(writer, circulation)

    with pytest.raises(Refused):
        actions.delete_draft(actor=make_member(), circulation=circulation, draft_id=draft.pk)
    actions.delete_draft(actor=writer, circulation=circulation, draft_id=draft.pk)

    assert drafts(writer) == []


def test_comments_of_others_stay_when_one_sends(circulation, writer):
    make_comment(circulation=circulation, writer=make_member())
    keep(writer, circulation)

    send(writer, circulation)

    assert Comment.objects.count() == 2
