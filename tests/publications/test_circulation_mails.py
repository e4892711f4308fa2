"""Mails about circulations: what each says on which clock, whom a chase reaches, and what is not sent after all."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail as mailbox
from django.utils import timezone

from apps.core.refused import Refused
from apps.members.actions import end_membership, suspend_member
from apps.notifications import holds
from apps.notifications.announcements import announce, expand_waiting
from apps.notifications.delivery import Courier
from apps.notifications.kinds import KINDS
from apps.notifications.ledger import differences
from apps.notifications.models import Announcement, Hold, Notification, OutgoingMail, Preference, Reminder
from apps.notifications.reminders import send_out_due
from apps.publications import actions
from apps.publications.deadline import ANYWHERE, Deadline
from apps.publications.models import Circulation, Consultee
from apps.publications.tasks import look_after_circulations
from tests.make import NOW, make_circulation, make_member, make_membership, make_publication, make_version

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as travel:
        yield travel


@pytest.fixture
def circulation(clock, group):
    """Prepared, until ten days from NOW anywhere on earth: 2027-03-12, 12:00 UTC."""
    paper = make_publication(group=group, state="draft", title="Letters <&> notes")
    make_version(publication=paper)
    return make_circulation(
        publication=paper, state="prepared", instructions="Look at **section 3**.", confidentiality="Do not share."
    )


def opened(circulation, coordinator, *reviewers, readers=()):
    circulation.reviewers.add(*reviewers)
    circulation.people.add(*readers)
    ids = [person.pk for person in (*reviewers, *readers)]
    actions.open_circulation(
        actor=coordinator, circulation=circulation, member_ids=ids, once="a", paragraph="Dear all,", now=timezone.now()
    )
    return circulation


def delivered():
    """Send what is due and return it as {name: message}."""
    mailbox.outbox.clear()
    Courier(timezone.now).deliver(seconds=20)
    return {message.to[0]: message for message in mailbox.outbox}


def outcome(kind):
    rows = OutgoingMail.objects.filter(kind=kind).order_by("member__name", "pk")
    return [(row.member.name, row.state, row.reason) for row in rows.select_related("member")]


def passes(clock, moment):
    """Let time go by until ``moment``, and the worker do what is due then."""
    clock.move_to(moment)
    look_after_circulations(moment)
    send_out_due(moment)


def test_invitation_says_what_is_owed_until_when_on_three_clocks(circulation, coordinator, clock):
    ann, ben = (make_member(f"{name}@example.org", name=name, time_zone="Pacific/Apia") for name in ("ann", "ben"))
    opened(circulation, coordinator, ann, readers=[ben])
    clock.shift(MINUTE)

    mails = delivered()

    ann_mail, ben_mail = mails["ann@example.org"], mails["ben@example.org"]
    assert (ann_mail.subject, ben_mail.subject) == (
        "Please review: Letters <&> notes",
        "Please comment: Letters <&> notes",
    )
    for message in (ann_mail, ben_mail):
        assert "end of Thursday 11 March 2027, anywhere on earth (UTC-12)" in message.body
        assert "Sat 13 March 2027, 01:00 UTC+13" in message.body
        assert "Fri 12 March 2027, 12:00 UTC" in message.body
        assert "Look at section 3." in message.body
        assert "Do not share." in message.body
        assert "Dear all," in message.body
        assert message.body.count(circulation.get_absolute_url()) == 1
        assert "Letters &lt;&amp;&gt; notes" in message.alternatives[0].content
    assert "the group counts on your answer" in ann_mail.body
    assert "You owe no answer" in ben_mail.body
    assert "List-Unsubscribe" not in ann_mail.extra_headers


def test_chase_reaches_only_those_who_owe_at_7_2_and_0_days(circulation, coordinator, clock):
    ann, ben, cho = (make_member(f"{name}@example.org", name=name) for name in ("ann", "ben", "cho"))
    opened(circulation, coordinator, ann, ben, readers=[cho])
    clock.shift(MINUTE)
    delivered()
    end = circulation.deadline_at
    reached = {}

    for days in (7, 2, 0):
        if days == 2:
            actions.answer_without_comments(actor=ben, circulation=circulation, now=timezone.now())
        passes(clock, end - days * DAY - timedelta(hours=12))
        mails = delivered()
        reached[days] = sorted((name, message.subject) for name, message in mails.items())

    # The circulation was opened ten days and three hours before its end.
    assert reached == {
        7: [
            ("ann@example.org", "Answer due in 7 days: Letters <&> notes"),
            ("ben@example.org", "Answer due in 7 days: Letters <&> notes"),
        ],
        2: [("ann@example.org", "Answer due in 2 days: Letters <&> notes")],
        0: [("ann@example.org", "Answer due in 12 hours: Letters <&> notes")],
    }
    assert [*differences(timezone.now())] == []


def test_chase_can_not_be_switched_off_by_who_owes_and_says_what_ends_it(circulation, coordinator, clock):
    ann = make_member("ann@example.org", name="ann")
    # From the time when it could be.
    Preference.objects.create(member=ann, kind="circulation_reminder", cadence=Preference.Cadence.OFF)
    opened(circulation, coordinator, ann)
    passes(clock, circulation.deadline_at - timedelta(days=7, hours=12))

    message = delivered()["ann@example.org"]

    assert "it ends with your answer" in message.body
    assert "List-Unsubscribe" not in message.extra_headers


def between(circulation, person, coordinator, now):
    """What makes a chase that is already written unwanted."""
    row = circulation.consultees.get(member=person)
    return {
        "answered": lambda: actions.answer_without_comments(actor=person, circulation=circulation, now=now),
        "taken off": lambda: actions.remove_consultee(actor=coordinator, consultee=row, now=now),
        "suspended": lambda: suspend_member(actor=coordinator, member=person),
        "observer": lambda: make_membership(group=circulation.publication.group, member=person, role="observer"),
        "closed": lambda: actions.close_circulation(actor=coordinator, circulation=circulation, now=now),
    }


@pytest.mark.parametrize(
    ("what", "state", "reason"),
    [
        ("answered", "suppressed", "nothing is owed any more"),
        ("taken off", "cancelled", "taken off the circulation"),
        ("suspended", "cancelled", "the member is suspended"),
        ("observer", "suppressed", "can not answer any more"),
        ("closed", "cancelled", "no longer planned"),
    ],
)
def test_chase_already_written_is_not_sent_when_it_has_become_wrong(
    circulation, coordinator, clock, what, state, reason
):
    ann = make_member(name="Ann")
    opened(circulation, coordinator, ann)
    clock.shift(MINUTE)
    delivered()
    passes(clock, circulation.deadline_at - timedelta(days=7, hours=12))

    between(circulation, ann, coordinator, timezone.now())[what]()

    assert delivered() == {}
    assert outcome("circulation_reminder") == [("Ann", state, reason)]


def test_who_leaves_the_group_before_the_mail_goes_gets_none_but_a_reviewer(circulation, coordinator, group, clock):
    leaver, reviewer = (make_member(name=name, group=group) for name in ("Lee", "Rea"))
    circulation.groups.add(group)
    circulation.reviewers.add(reviewer)
    ids = [leaver.pk, reviewer.pk]
    actions.open_circulation(actor=coordinator, circulation=circulation, member_ids=ids, once="a", now=NOW)
    for person in (leaver, reviewer):
        end_membership(actor=coordinator, membership=person.memberships.get(), now=NOW)
    clock.shift(MINUTE)

    delivered()

    assert sorted(outcome("circulation_invitation")) == [
        ("Lee", "suppressed", "not asked any more"),
        ("Rea", "sent", ""),
    ]


def test_moved_deadline_is_told_to_who_knew_the_old_one_and_the_chases_follow(circulation, coordinator, clock):
    ann, ben = (make_member(f"{name}@example.org", name=name) for name in ("ann", "ben"))
    opened(circulation, coordinator, ann)
    clock.shift(MINUTE)
    delivered()
    old = circulation.deadline_at
    actions.add_consultees(
        actor=coordinator,
        circulation=circulation,
        member_ids=[ben.pk],
        as_reviewers=False,
        once="b",
        now=timezone.now(),
    )
    later = Deadline((NOW + 20 * DAY).date(), None, ANYWHERE)
    actions.extend_deadline(actor=coordinator, circulation=circulation, deadline=later, once="x", now=timezone.now())
    clock.shift(MINUTE)

    mails = delivered()

    assert (mails["ann@example.org"].subject, mails["ben@example.org"].subject) == (
        "More time: Letters <&> notes",
        "Please comment: Letters <&> notes",
    )
    assert all("end of Sunday 21 March 2027" in message.body for message in mails.values())
    assert "Before: Fri 12 March 2027, 12:00 UTC" in mails["ann@example.org"].body
    assert outcome("circulation_changed")[1] == ("ben", "suppressed", "asked with the new deadline")
    states = Reminder.objects.order_by("anchor_at").values_list("anchor_at", "state").distinct()
    assert [*states] == [(old, "cancelled"), (circulation.deadline_at, "scheduled")]
    assert [*differences(timezone.now())] == []


def test_who_has_longer_is_chased_for_their_own_deadline_only(circulation, coordinator, clock):
    ann, ben = (make_member(f"{name}@example.org", name=name) for name in ("ann", "ben"))
    opened(circulation, coordinator, ann, ben)
    clock.shift(MINUTE)
    delivered()
    end = circulation.deadline_at
    longer = end + 5 * DAY
    row = circulation.consultees.get(member=ann)
    actions.extend_consultee(actor=coordinator, consultee=row, until=longer, once="x", now=timezone.now())
    clock.shift(MINUTE)
    told = delivered()

    passes(clock, end - timedelta(days=2, hours=12))
    delivered()  # 2 days before the one end, 7 before the other
    passes(clock, end - timedelta(hours=12))
    at_the_end = sorted(delivered())
    passes(clock, longer - timedelta(days=2, hours=12))
    before_hers = delivered()

    assert [*told] == ["ann@example.org"]
    assert "Wed 17 March 2027, 12:00 UTC" in told["ann@example.org"].body
    assert at_the_end == ["ben@example.org"]
    assert [*before_hers] == ["ann@example.org"]
    assert before_hers["ann@example.org"].subject == "Answer due in 2 days: Letters <&> notes"
    circulation.refresh_from_db()
    assert (circulation.state, [*differences(timezone.now())]) == ("open", [])


def test_more_time_after_the_closing_opens_it_again_for_the_one_who_got_it(circulation, coordinator, clock):
    ann, ben = (make_member(f"{name}@example.org", name=name) for name in ("ann", "ben"))
    opened(circulation, coordinator, ann, ben)
    end = circulation.deadline_at
    passes(clock, end)
    clock.shift(MINUTE)

    row = circulation.consultees.get(member=ann)
    actions.extend_consultee(actor=coordinator, consultee=row, until=end + 3 * DAY, once="x", now=timezone.now())

    circulation.refresh_from_db()
    circulation.publication.refresh_from_db()
    assert (circulation.state, circulation.publication.state) == ("open", "circulating")
    actions.answer_without_comments(actor=ann, circulation=circulation, now=timezone.now())
    with pytest.raises(Refused, match="deadline has passed"):
        actions.answer_without_comments(actor=ben, circulation=circulation, now=timezone.now())
    passes(clock, end + 3 * DAY)
    circulation.refresh_from_db()
    assert circulation.state == "closed"


def test_cancellation_is_told_to_those_who_had_a_mail(circulation, coordinator, clock):
    ann, ben = (make_member(f"{name}@example.org", name=name) for name in ("ann", "ben"))
    opened(circulation, coordinator, ann, readers=[ben])
    OutgoingMail.objects.filter(member=ben).update(due_at=NOW + DAY)
    clock.shift(MINUTE)
    delivered()
    actions.cancel_circulation(actor=coordinator, circulation=circulation, reason="New version.", now=timezone.now())
    clock.shift(MINUTE)

    mails = delivered()

    assert [*mails] == ["ann@example.org"]
    message = mails["ann@example.org"]
    assert message.subject == "No answer needed: Letters <&> notes"
    assert "New version." in message.body
    assert circulation.get_absolute_url() not in message.body
    assert outcome("circulation_cancelled")[1] == ("ben", "suppressed", "never told of the circulation")
    assert Notification.objects.visible_to(ann).count() == 0
    clock.shift(DAY)
    assert [*differences(timezone.now())] == []


def test_summary_comes_the_day_after_once_and_never_says_who_said_what(circulation, coordinator, chair, clock):
    ann, ben, zed = (make_member(f"{name}@example.org", name=name.title()) for name in ("ann", "ben", "zed"))
    nameless = make_member("hidden@example.org", name="", shows_email=False)
    opened(circulation, coordinator, ann, ben, nameless, readers=[zed])
    end = circulation.deadline_at
    clock.move_to(end - MINUTE)
    actions.answer_without_comments(actor=ben, circulation=circulation, now=timezone.now())
    passes(clock, end)
    delivered()
    passes(clock, end + timedelta(hours=11))
    early = delivered()

    passes(clock, end + timedelta(hours=12))
    look_after_circulations(timezone.now())
    clock.shift(MINUTE)
    mails = delivered()

    assert early == {}
    assert sorted(mails) == ["chair@example.org", "coordinator@example.org"]
    message = mails["chair@example.org"]
    assert message.subject == "Comments closed: Letters <&> notes"
    assert "Asked: 4. Answered: 1. Comments: 0. Of 3 who owed an answer, 1 gave one." in message.body
    assert "Without an answer:\n- No name given\n- Ann" in message.body
    assert "hidden" not in message.body
    assert "Ben" not in message.body
    assert "Zed" not in message.body
    assert [*differences(timezone.now())] == []


def test_reminder_by_hand_is_sent_to_who_still_owes(circulation, coordinator, clock):
    ann, ben = (make_member(name=name) for name in ("Ann", "Ben"))
    opened(circulation, coordinator, ann, ben)
    clock.shift(MINUTE)
    delivered()
    actions.remind_owing(
        actor=coordinator, circulation=circulation, member_ids=[ann.pk, ben.pk], once="r", now=timezone.now()
    )
    actions.answer_without_comments(actor=ben, circulation=circulation, now=timezone.now())
    clock.shift(MINUTE)

    assert len(delivered()) == 1
    assert outcome("circulation_reminder") == [
        ("Ann", "sent", ""),
        ("Ben", "suppressed", "nothing is owed any more"),
    ]


def test_answer_leaves_a_day_and_no_other_trace(circulation, coordinator, clock):
    ann = make_member(name="Ann")
    opened(circulation, coordinator, ann)
    before = Consultee.objects.get()
    clock.shift(timedelta(hours=5))

    for _click in range(2):
        actions.answer_without_comments(actor=ann, circulation=circulation, now=timezone.now())
        clock.shift(DAY)

    row = Consultee.objects.get()
    assert (row.answered_on, row.has_no_comments, row.updated_at) == (NOW.date(), True, before.updated_at)


def test_who_is_taken_off_and_asked_again_is_told_again(circulation, coordinator, clock):
    ann = make_member(name="Ann")
    opened(circulation, coordinator, ann)
    clock.shift(MINUTE)
    delivered()
    actions.remove_consultee(actor=coordinator, consultee=Consultee.objects.get(), now=timezone.now())
    assert not Circulation.objects.visible_to(ann).exists()

    actions.add_consultees(
        actor=coordinator,
        circulation=circulation,
        member_ids=[ann.pk],
        as_reviewers=False,
        once="b",
        now=timezone.now(),
    )
    clock.shift(MINUTE)

    assert len(delivered()) == 1
    assert [*Circulation.objects.visible_to(ann)] == [circulation]


def ask_again(circulation, coordinator, person):
    again = {"member_ids": [person.pk], "as_reviewers": False, "once": "b", "now": timezone.now()}
    actions.add_consultees(actor=coordinator, circulation=circulation, **again)
    return circulation.consultees.get(member=person)


def test_reviewer_who_is_taken_off_and_asked_again_as_a_reader_owes_nothing(circulation, coordinator, clock):
    ann, rea = (make_member(f"{name}@example.org", name=name) for name in ("ann", "rea"))
    opened(circulation, coordinator, ann, rea)
    delivered()
    actions.remove_consultee(actor=coordinator, consultee=circulation.consultees.get(member=ann), now=timezone.now())

    row = ask_again(circulation, coordinator, ann)
    clock.shift(MINUTE)

    assert (row.is_reviewer, row.owes, row.removed_at) == (False, False, None)
    assert delivered()["ann@example.org"].subject == "Please comment: Letters <&> notes"
    assert [row.member for row in circulation.consultees.live().owing()] == [rea]


def test_reviewer_who_is_asked_again_as_a_reader_stays_a_reviewer_and_is_not_told(circulation, coordinator, clock):
    ann = make_member("ann@example.org", name="ann")
    opened(circulation, coordinator, ann)
    delivered()

    row = ask_again(circulation, coordinator, ann)
    clock.shift(MINUTE)

    assert (row.is_reviewer, row.owes) == (True, True)
    assert delivered() == {}


@pytest.mark.parametrize("slug", sorted(slug for slug in KINDS if slug.startswith("circulation_")))
def test_no_mail_goes_to_somebody_who_was_never_asked(circulation, coordinator, clock, slug):
    opened(circulation, coordinator, make_member())
    outsider = make_member(name="Out")
    announce(
        slug,
        circulation,
        [outsider.pk],
        "planted",
        made_by=coordinator,
        detail={"before": NOW.isoformat()} | {"reviewers": [], "people": [], "groups": {}, "topics": {}},
    )
    clock.shift(MINUTE)
    delivered()

    found = [row[1:] for row in outcome(slug) if row[0] == "Out"]

    assert found in ([], [("suppressed", "not asked any more")], [("suppressed", "does not lead it any more")])


def more_time(circulation, coordinator):
    later = Deadline(circulation.deadline_on + 7 * DAY, None, ANYWHERE)
    return actions.extend_deadline(
        actor=coordinator, circulation=circulation, deadline=later, once="x", now=timezone.now()
    )


@pytest.mark.parametrize("ending", ["worker closes", "closed too early", "missed", "closed while it went"])
def test_request_that_did_not_leave_before_the_end_leaves_when_there_is_more_time(
    circulation, coordinator, clock, ending
):
    ann, ben = (make_member(f"{name}@example.org", name=name) for name in ("ann", "ben"))
    opened(circulation, coordinator, ann, readers=[ben])
    OutgoingMail.objects.filter(member=ben).update(due_at=NOW + timedelta(hours=1))
    clock.shift(MINUTE)
    delivered()
    clock.shift(timedelta(hours=2))
    if ending in ("worker closes", "missed"):
        clock.move_to(circulation.deadline_at)
    if ending == "missed":
        assert delivered() == {}
    if ending == "closed while it went":
        OutgoingMail.objects.filter(member=ben).update(state="claimed", claim_token="t", lease_until=timezone.now())
    if ending == "worker closes":
        passes(clock, timezone.now())
    else:
        actions.close_circulation(actor=coordinator, circulation=circulation, now=timezone.now())
    clock.shift(MINUTE)
    assert delivered() == {}

    more_time(circulation, coordinator)
    clock.shift(MINUTE)
    mails = delivered()

    subjects = {name: message.subject for name, message in mails.items()}
    assert subjects == {
        "ann@example.org": "More time: Letters <&> notes",
        "ben@example.org": "Please comment: Letters <&> notes",
    }
    assert "Thursday 18 March 2027" in mails["ben@example.org"].body
    assert outcome("circulation_invitation") == [("ann", "sent", ""), ("ben", "sent", "")]
    assert outcome("circulation_changed")[1] == ("ben", "suppressed", "asked with the new deadline")
    assert [*differences(timezone.now())] == []


def test_crowd_that_was_still_being_asked_at_the_end_is_asked_when_there_is_more_time(circulation, coordinator, clock):
    people = [make_member() for _number in range(201)]
    opened(circulation, coordinator, readers=people)
    actions.close_circulation(actor=coordinator, circulation=circulation, now=timezone.now())

    more_time(circulation, coordinator)
    expand_waiting(timezone.now())
    clock.shift(MINUTE)

    assert len(delivered()) == 201
    assert set(OutgoingMail.objects.values_list("expires_at", flat=True)) == {circulation.deadline_at}


def test_more_time_for_one_asks_that_one_only(circulation, coordinator, clock):
    ann, ben = (make_member(f"{name}@example.org", name=name) for name in ("ann", "ben"))
    opened(circulation, coordinator, ann, ben)
    end = circulation.deadline_at
    passes(clock, end)
    clock.shift(MINUTE)

    row = circulation.consultees.get(member=ann)
    actions.extend_consultee(actor=coordinator, consultee=row, until=end + 3 * DAY, once="x", now=timezone.now())
    clock.shift(MINUTE)

    assert {name: message.subject for name, message in delivered().items()} == {
        "ann@example.org": "Please review: Letters <&> notes"
    }


def test_more_time_for_one_keeps_the_request_that_waits_until_then(circulation, coordinator, clock):
    ann = make_member("ann@example.org", name="ann")
    opened(circulation, coordinator, ann)
    end = circulation.deadline_at
    row = circulation.consultees.get(member=ann)
    actions.extend_consultee(actor=coordinator, consultee=row, until=end + 3 * DAY, once="x", now=timezone.now())
    clock.move_to(end + DAY)

    assert [*delivered()] == ["ann@example.org"]


def test_who_was_taken_off_and_asked_again_gets_one_request_when_there_is_more_time(circulation, coordinator, clock):
    ann = make_member("ann@example.org", name="ann")
    opened(circulation, coordinator, readers=[ann])
    now = timezone.now()
    row = circulation.consultees.get(member=ann)
    actions.remove_consultee(actor=coordinator, consultee=row, now=now)
    again = {"member_ids": [ann.pk], "as_reviewers": False, "once": "b"}
    actions.add_consultees(actor=coordinator, circulation=circulation, now=now, **again)
    actions.close_circulation(actor=coordinator, circulation=circulation, now=now)

    more_time(circulation, coordinator)
    clock.shift(MINUTE)

    mailbox.outbox.clear()
    Courier(timezone.now).deliver(seconds=20)
    assert [message.subject for message in mailbox.outbox] == ["Please comment: Letters <&> notes"]


def test_request_that_was_set_aside_with_its_circulation_is_unclear_when_there_is_more_time(
    circulation, coordinator, clock
):
    """It may have left between the backup and the restore."""
    ann = make_member("ann@example.org", name="ann")
    opened(circulation, coordinator, ann)
    clock.shift(MINUTE)
    hold = Hold.objects.create(made_at=timezone.now(), reason="restored from a backup")
    passes(clock, circulation.deadline_at)
    holds.release_mail(actor=coordinator, hold=hold, sets_aside=True, now=timezone.now())
    clock.shift(MINUTE)

    more_time(circulation, coordinator)

    assert "Please review: Letters <&> notes" not in [message.subject for message in delivered().values()]
    assert outcome("circulation_invitation") == [("ann", "unclear", holds.SET_ASIDE)]


def test_crowd_that_was_set_aside_with_its_circulation_is_not_asked_when_there_is_more_time(
    circulation, coordinator, clock
):
    opened(circulation, coordinator, readers=[make_member() for _number in range(201)])
    clock.shift(MINUTE)
    hold = Hold.objects.create(made_at=timezone.now(), reason="restored from a backup")
    passes(clock, circulation.deadline_at)
    holds.release_mail(actor=coordinator, hold=hold, sets_aside=True, now=timezone.now())

    more_time(circulation, coordinator)
    expand_waiting(timezone.now())

    asked = Announcement.objects.get(kind="circulation_invitation")
    assert (asked.state, asked.reason) == ("cancelled", holds.SET_ASIDE)
