import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.members.permissions import Role
from apps.publications import actions
from apps.publications.actions.commenting import MAX_DRAFTS, Opened, stamp_of
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
    return actions.save_draft(actor=writer, circulation=circulation, text=text, opened=Opened(**more))


def send(writer, circulation, attribution="none", **more):
    return actions.send_drafts(
        actor=writer, circulation=circulation, attribution=attribution, now=more.pop("now", NOW), **more
    )


def drafts(writer):
    return list(DraftComment.objects.of(writer).order_by("pk").values_list("comment", flat=True))


def test_draft_is_saved_and_saved_over(circulation, writer):
    first = keep(writer, circulation, "Too")
    keep(writer, circulation, "Too long.", draft=first.code, seen=stamp_of(first))

    assert drafts(writer) == ["Too long."]


def test_draft_saved_in_two_windows_is_kept_twice(circulation, writer):
    first = keep(writer, circulation, "Too")
    seen = stamp_of(first)
    keep(writer, circulation, "Too long.", draft=first.code, seen=seen)
    keep(writer, circulation, "Too short.", draft=first.code, seen=seen)

    assert drafts(writer) == ["Too long.", "Too short."]


@pytest.mark.parametrize("sent", [[(1, "Too"), (2, "Too long.")], [(2, "Too long."), (1, "Too")]])
def test_typed_text_and_the_button_are_one_draft_whichever_comes_first(circulation, writer, sent):
    opening = uuid4()
    for turn, comment in sent:
        keep(writer, circulation, comment, opening=opening, turn=turn)

    assert drafts(writer) == ["Too long."]


@pytest.mark.parametrize("sent", [[(1, "Too"), (2, "Too long.")], [(2, "Too long."), (1, "Too")]])
def test_typed_text_and_the_button_are_one_draft_when_an_older_one_was_opened(circulation, writer, sent):
    old = keep(writer, circulation, "T")
    at = {"draft": old.code, "seen": stamp_of(old), "opening": uuid4()}
    for turn, comment in sent:
        keep(writer, circulation, comment, turn=turn, **at)

    assert drafts(writer) == ["Too long."]


def test_form_whose_answer_was_lost_goes_on_with_its_draft(circulation, writer):
    opening = uuid4()
    for turn in range(1, 4):
        keep(writer, circulation, "Too" * turn, opening=opening, turn=turn)

    assert drafts(writer) == ["TooTooToo"]


def test_text_written_into_a_form_that_was_saved_without_scripts_is_a_draft_of_its_own(circulation, writer):
    opening = uuid4()
    for comment in ("First.", "First.", "Second.", "Second.", "Third."):
        keep(writer, circulation, comment, opening=opening)

    assert drafts(writer) == ["First.", "Second.", "Third."]


def test_two_windows_of_one_draft_stay_apart_however_often_each_saves(circulation, writer):
    draft = keep(writer, circulation, "Too")
    at = {"draft": draft.code, "seen": stamp_of(draft)}
    one, two = uuid4(), uuid4()
    keep(writer, circulation, "Too long.", opening=one, turn=1, **at)
    for turn in (1, 2, 3):
        keep(writer, circulation, "Too short" + "." * turn, opening=two, turn=turn, **at)
    keep(writer, circulation, "Too long indeed.", opening=one, turn=2, **at)

    assert drafts(writer) == ["Too long indeed.", "Too short..."]


def test_opening_of_somebody_else_reaches_nothing_of_theirs(circulation, writer):
    other, opening = make_member(), uuid4()
    make_consultee(circulation=circulation, member=other)
    keep(other, circulation, "Theirs.", opening=opening, turn=1)
    keep(writer, circulation, "Mine.", opening=opening, turn=5)

    assert (drafts(other), drafts(writer)) == (["Theirs."], ["Mine."])


@pytest.mark.django_db(transaction=True)
def test_savings_of_one_form_at_one_moment_leave_the_last_sent_as_one_draft(circulation, writer):
    opening, start, failures = uuid4(), threading.Barrier(8), []

    def race(turn):
        start.wait()
        try:
            keep(writer, circulation, f"Turn {turn}", opening=opening, turn=turn)
        except Exception as error:  # noqa: BLE001  whatever goes wrong in a thread fails the test below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=race, args=[turn]) for turn in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert drafts(writer) == ["Turn 8"]


def test_draft_of_somebody_else_is_not_saved_over(circulation, writer):
    other = make_member()
    make_consultee(circulation=circulation, member=other)
    theirs = keep(other, circulation, "Mine alone.")

    keep(writer, circulation, "Mine.", draft=theirs.code)

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

    send(writer, circulation, keep=[kept.code])

    assert drafts(writer) == ["Later.", ""]
    assert [comment.comment for comment in Comment.objects.all()] == ["Now."]


def test_sending_leaves_what_was_written_after_its_writer_looked(circulation, writer, time_machine):
    keep(writer, circulation, "Seen.")
    edited = keep(writer, circulation, "Seen, and then changed.")
    later = NOW + timedelta(minutes=5)
    time_machine.move_to(later, tick=False)
    keep(writer, circulation, "Half typed in another window.")
    DraftComment.objects.filter(pk=edited.pk).update(updated_at=later)

    send(writer, circulation, seen_at=NOW + timedelta(minutes=4))

    assert [comment.comment for comment in Comment.objects.all()] == ["Seen."]
    with pytest.raises(Refused, match="changed meanwhile"):
        send(writer, circulation, seen_at=NOW + timedelta(minutes=4))
    assert len(drafts(writer)) == 2


def test_sending_one_page_of_drafts_leaves_the_others(circulation, writer):
    first, second = keep(writer, circulation, "First."), keep(writer, circulation, "Second.")
    keep(writer, circulation, "On the next page.")

    send(writer, circulation, only=[first.code, second.code], keep=[second.code])

    assert [comment.comment for comment in Comment.objects.all()] == ["First."]
    assert drafts(writer) == ["Second.", "On the next page."]


def test_sending_twice_sends_once(circulation, writer):
    keep(writer, circulation)
    send(writer, circulation)

    with pytest.raises(Refused, match="no draft"):
        send(writer, circulation)
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("turn", [1, 2, 3])
@pytest.mark.parametrize("label", ["none", "name"])
def test_saving_that_comes_just_after_sending_makes_no_second_draft(circulation, writer, turn, label):
    at = {"opening": uuid4(), "turn": 2}
    draft = keep(writer, circulation, text={"page": None, "section": "2.1"}, **at)
    send(writer, circulation, label)

    late = {**at, "turn": turn, "draft": draft.code, "seen": stamp_of(draft)}
    with pytest.raises(Refused, match="sent this comment already"):
        keep(writer, circulation, text={"page": None, "section": "2.1"}, **late)

    assert (drafts(writer), Comment.objects.count()) == ([], 1)


def test_what_was_typed_after_sending_is_kept_and_so_are_the_same_words_of_somebody_else(circulation, writer):
    other, at = make_member(), {"opening": uuid4(), "turn": 1}
    make_consultee(circulation=circulation, member=other)
    keep(writer, circulation, **at)
    send(writer, circulation)

    keep(writer, circulation, "Too long. And late.", **{**at, "turn": 2})
    keep(other, circulation, opening=uuid4(), turn=1)

    assert (drafts(writer), drafts(other)) == (["Too long. And late."], ["Too long."])


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
        actions.delete_draft(actor=make_member(), circulation=circulation, code=draft.code)
    actions.delete_draft(actor=writer, circulation=circulation, code=draft.code)

    assert drafts(writer) == []


def test_comments_of_others_stay_when_one_sends(circulation, writer):
    make_comment(circulation=circulation, writer=make_member())
    keep(writer, circulation)

    send(writer, circulation)

    assert Comment.objects.count() == 2
