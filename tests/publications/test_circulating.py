"""Preparing, opening, closing and cancelling a circulation: who is asked, who is told, where the paper stands."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.core.refused import Refused
from apps.members.actions import depart_member, end_membership, reinstate_member, suspend_member
from apps.members.models import Member
from apps.notifications import announcements
from apps.notifications.announcements import expand_waiting
from apps.notifications.delivery import Courier
from apps.notifications.models import Announcement, OutgoingMail, Reminder
from apps.publications import actions
from apps.publications.audience import meant
from apps.publications.deadline import ANYWHERE, Deadline
from apps.publications.models import Circulation, Consultee, Publication
from apps.publications.tasks import look_after_circulations
from tests.make import (
    NOW,
    make_circulation,
    make_consultee,
    make_group,
    make_member,
    make_membership,
    make_publication,
    make_topic,
    make_version,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def paper(group):
    paper = make_publication(group=group, state="draft", title="Letters")
    make_version(publication=paper)
    return paper


@pytest.fixture
def prepared(paper):
    return make_circulation(publication=paper, state="prepared")


def opened(circulation, coordinator, ids=None, once="a", now=NOW):
    ids = list(meant(circulation).values_list("pk", flat=True)) if ids is None else ids
    return actions.open_circulation(actor=coordinator, circulation=circulation, member_ids=ids, once=once, now=now)


def state_of(row):
    row.refresh_from_db()
    return row.state


def mails(kind):
    found = OutgoingMail.objects.filter(kind=kind).order_by("member")
    return list(found.values_list("member", "state", "reason"))


@pytest.mark.parametrize("who", ["chair", "member", "other_member", "suspended"])
def test_only_the_secretariat_prepares_opens_extends_closes_and_cancels(prepared, request, who):
    actor = request.getfixturevalue(who)
    acts = [
        lambda: actions.save_circulation(actor=actor, circulation=prepared, now=NOW),
        lambda: opened(prepared, actor),
        lambda: actions.extend_deadline(
            actor=actor, circulation=prepared, deadline=prepared.deadline, once="a", now=NOW
        ),
        lambda: actions.close_circulation(actor=actor, circulation=prepared, now=NOW),
        lambda: actions.cancel_circulation(actor=actor, circulation=prepared, reason="No.", now=NOW),
    ]

    for act in acts:
        with pytest.raises(Refused, match="Only the secretariat"):
            act()
    assert state_of(prepared) == "prepared"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"deadline_on": date(2027, 2, 27)}, "passed already"),
        ({"deadline_on": NOW.date(), "deadline_time": time(21, 59), "deadline_zone": "Pacific/Apia"}, "passed already"),
    ],
)
def test_deadline_that_is_over_is_refused(paper, coordinator, fields, words):
    circulation = Circulation(publication=paper, version=paper.versions.get(), **fields)

    with pytest.raises(Refused, match=words):
        actions.save_circulation(actor=coordinator, circulation=circulation, now=NOW)
    assert not Circulation.objects.exists()


def test_version_of_another_paper_and_a_published_paper_are_refused(prepared, coordinator):
    prepared.version = make_version(publication=make_publication())
    with pytest.raises(Refused, match="version of this paper"):
        actions.save_circulation(actor=coordinator, circulation=prepared, now=NOW)

    prepared.refresh_from_db()
    Publication.objects.filter(pk=prepared.publication_id).update(state="published", published_on=NOW.date())
    with pytest.raises(Refused, match="published"):
        actions.save_circulation(actor=coordinator, circulation=prepared, now=NOW)


def test_second_circulation_waits_for_the_first(prepared, coordinator, paper):
    second = Circulation(publication=paper, version=paper.versions.get(), deadline_on=date(2027, 4, 1))

    with pytest.raises(Refused, match="not over yet"):
        actions.save_circulation(actor=coordinator, circulation=second, now=NOW)


def test_audience_is_groups_topics_people_and_reviewers_each_once_by_the_strongest(prepared, group, coordinator):
    area = make_topic()
    finer = make_topic(parent=area)
    in_group, in_both, interested, picked, reviewer, author, gone = (make_member() for _number in range(7))
    for person in (in_group, in_both, reviewer, author, gone):
        make_membership(group=group, member=person)
    interested.topics.add(finer)
    in_both.topics.add(area)
    gone.become("suspended")
    prepared.publication.authors.update(member=author)
    prepared.groups.add(group)
    prepared.topics.add(area)
    prepared.people.add(picked, gone)
    prepared.reviewers.add(reviewer)

    opened(prepared, coordinator)

    rows = Consultee.objects.values_list("member", "via_group", "via_topic", "is_reviewer")
    assert sorted(rows) == sorted(
        [
            (in_group.pk, group.pk, None, False),
            (in_both.pk, group.pk, None, False),
            (interested.pk, None, area.pk, False),
            (picked.pk, None, None, False),
            (reviewer.pk, None, None, True),
        ]
    )
    assert [(state, reason) for _member, state, reason in mails("circulation_invitation")] == [("queued", "")] * 5
    assert (state_of(prepared), state_of(prepared.publication)) == ("open", "circulating")


def test_opening_asks_those_who_were_shown_and_no_others(prepared, group, coordinator, member):
    prepared.groups.add(group)
    shown = [member.pk]
    leaver = make_member(group=group)
    joiner = make_member(group=group)
    end_membership(actor=coordinator, membership=leaver.memberships.get(), now=NOW)

    opened(prepared, coordinator, [*shown, leaver.pk])

    assert list(Consultee.objects.values_list("member", flat=True)) == shown
    assert joiner.pk not in shown


def test_who_leaves_one_of_several_asked_groups_and_topics_keeps_access_until_the_last(prepared, group, coordinator):
    other, later, unasked = (make_group() for _number in range(3))
    area, second = make_topic(), make_topic()
    ann = make_member(group=group)
    for further in (other, unasked):
        make_membership(group=further, member=ann)
    ann.topics.add(make_topic(parent=area), second)
    prepared.groups.add(group, other, later)
    prepared.topics.add(area, second)
    opened(prepared, coordinator)
    make_membership(group=later, member=ann)
    row = prepared.consultees.get()

    def sees():
        person = Member.objects.get(pk=ann.pk)
        live = row in prepared.consultees.live()
        assert person.has_perm("publications.view_circulation", Circulation.objects.get(pk=prepared.pk)) == live
        assert Circulation.objects.visible_to(person).exists() == live
        return live

    assert {row.via_group, *row.other_groups.all()} == {group, other}
    assert (row.via_topic, {*row.other_topics.all()}) == (None, {area, second})
    for each in (group, other):
        end_membership(actor=coordinator, membership=ann.memberships.get(group=each), now=NOW)
        assert sees()
    ann.topics.remove(second)
    assert sees()
    ann.topics.clear()
    assert not sees()


def test_who_comes_back_to_an_asked_group_is_not_asked_again_by_that(prepared, group, coordinator, member):
    other = make_group()
    both = make_member(group=group)
    make_membership(group=other, member=both)
    prepared.groups.add(group, other)
    opened(prepared, coordinator)
    added_on = prepared.consultees.first().added_at.date()

    def asked():
        """By the rule for many; for each it is the same as the rule for one."""
        live = set(prepared.consultees.live().values_list("member", flat=True))
        for pk in (member.pk, both.pk):
            person = Member.objects.get(pk=pk)
            assert prepared.consultees.live_for(person).exists() == (pk in live)
            assert Circulation.objects.visible_to(person).exists() == (pk in live)
        return live

    assert asked() == {member.pk, both.pk}
    for person in (member, both):
        end_membership(actor=coordinator, membership=person.memberships.get(group=group), now=NOW)
        make_membership(group=group, member=person, started_on=added_on + DAY)

    assert asked() == {both.pk}
    end_membership(actor=coordinator, membership=both.memberships.get(group=other), now=NOW)
    assert asked() == set()


def test_reviewers_and_people_picked_by_hand_are_asked_whatever_group_they_leave(prepared, group, coordinator):
    ann, ben = (make_member(group=group) for _number in range(2))
    prepared.groups.add(group)
    prepared.people.add(ann)
    prepared.reviewers.add(ben)
    opened(prepared, coordinator)

    for person in (ann, ben):
        end_membership(actor=coordinator, membership=person.memberships.get(), now=NOW)

    assert set(prepared.consultees.live().values_list("member", flat=True)) == {ann.pk, ben.pk}


@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize("what", ["cancelled", "changed"])
def test_who_is_suspended_hears_of_it_once_let_in_again(prepared, coordinator, member, what):
    gone = make_member()
    prepared.people.add(member, gone)
    opened(prepared, coordinator)
    expand_waiting(NOW)
    OutgoingMail.objects.update(state="sent", sent_at=NOW)
    suspend_member(actor=coordinator, member=member)
    depart_member(actor=coordinator, member=gone, now=NOW)
    later = Deadline(prepared.deadline_on + DAY, None, ANYWHERE)

    if what == "cancelled":
        told = actions.cancel_circulation(actor=coordinator, circulation=prepared, reason="No.", now=NOW)
    else:
        told = actions.extend_deadline(actor=coordinator, circulation=prepared, deadline=later, once="b", now=NOW)
    expand_waiting(NOW)
    Courier(timezone.now).deliver(seconds=60)
    while_out = mails(f"circulation_{what}")
    reinstate_member(actor=coordinator, member=member)
    Courier(timezone.now).deliver(seconds=60)

    assert told == 0
    assert while_out == [(member.pk, "cancelled", "not an active member any more")]
    assert mails(f"circulation_{what}") == [(member.pk, "sent", "")]


def test_opening_twice_asks_once(prepared, coordinator, member):
    prepared.people.add(member)
    opened(prepared, coordinator)

    with pytest.raises(Refused, match="already"):
        opened(prepared, coordinator)
    assert len(mails("circulation_invitation")) == 1


def test_nobody_to_ask_and_an_observer_as_reviewer_are_refused(prepared, coordinator, observer):
    with pytest.raises(Refused, match="Nobody is asked"):
        opened(prepared, coordinator)

    prepared.reviewers.add(observer)
    with pytest.raises(Refused, match="Olu Observer"):
        opened(prepared, coordinator)
    assert (state_of(prepared), Consultee.objects.count()) == ("prepared", 0)


def test_large_audience_is_asked_in_chunks_and_who_left_meanwhile_has_no_access(prepared, coordinator):
    crowd = make_group()
    people = [make_member(group=crowd) for _number in range(203)]
    prepared.groups.add(crowd)
    opened(prepared, coordinator)
    assert Consultee.objects.count() == 0
    end_membership(actor=coordinator, membership=people[0].memberships.get(), now=NOW)

    expand_waiting(NOW)
    expand_waiting(NOW)

    assert Consultee.objects.count() == 203
    assert set(Consultee.objects.live().values_list("member", flat=True)) == {person.pk for person in people[1:]}
    assert len(mails("circulation_invitation")) == 203


def test_chases_are_planned_for_the_deadline_and_past_ones_left_out(prepared, coordinator, member):
    prepared.people.add(member)
    Circulation.objects.update(deadline_on=(NOW + 5 * DAY).date())
    prepared.refresh_from_db()
    prepared.save()

    opened(prepared, coordinator)

    end = prepared.deadline_at
    planned = Reminder.objects.order_by("due_at").values_list("rule", "anchor_at", "due_at", "kind")
    rule = f"publications.circulation:{prepared.pk}"
    assert list(planned) == [
        (f"{rule}:2", end, end - timedelta(days=2, hours=12), "circulation_reminder"),
        (f"{rule}:0", end, end - timedelta(hours=12), "circulation_reminder"),
    ]


def test_worker_closes_what_is_over_once_and_the_comments_are_resolved_next(prepared, coordinator, member):
    prepared.reviewers.add(member)
    opened(prepared, coordinator)
    end = prepared.deadline_at

    look_after_circulations(end - timedelta(seconds=1))
    assert state_of(prepared) == "open"
    for _run in range(2):
        look_after_circulations(end)

    assert (state_of(prepared), prepared.closed_at, state_of(prepared.publication)) == ("closed", end, "resolving")
    assert list(Reminder.objects.values_list("state", flat=True).distinct()) == ["cancelled"]
    assert mails("circulation_invitation") == [(member.pk, "cancelled", "the circulation was closed")]
    assert [step.state for step in prepared.publication.steps.order_by("pk")] == ["circulating", "resolving"]


def test_worker_waits_for_who_has_longer(prepared, coordinator, member):
    prepared.reviewers.add(member)
    opened(prepared, coordinator)
    longer = prepared.deadline_at + 3 * DAY
    actions.extend_consultee(
        actor=coordinator, consultee=prepared.consultees.get(), until=longer, once="x", now=NOW + DAY
    )

    look_after_circulations(longer - timedelta(seconds=1))
    assert state_of(prepared) == "open"
    look_after_circulations(longer)
    assert state_of(prepared) == "closed"


def test_cancelling_while_mails_go_out_stops_those_that_have_not_left(prepared, coordinator):
    people = [make_member() for _number in range(3)]
    prepared.people.add(*people)
    opened(prepared, coordinator)
    told = people[0]
    OutgoingMail.objects.filter(member=told).update(state="sent", sent_at=NOW, written_at=NOW)

    count = actions.cancel_circulation(actor=coordinator, circulation=prepared, reason="New version.", now=NOW)

    assert count == 3
    assert [state for _member, state, _reason in mails("circulation_invitation")] == ["sent", "cancelled", "cancelled"]
    assert (state_of(prepared), state_of(prepared.publication)) == ("cancelled", "draft")
    with pytest.raises(Refused, match="over already"):
        actions.cancel_circulation(actor=coordinator, circulation=prepared, reason="Again.", now=NOW)


def test_cancelling_stops_a_crowd_that_is_still_being_asked(prepared, coordinator):
    prepared.people.add(*[make_member() for _number in range(201)])
    opened(prepared, coordinator)

    actions.cancel_circulation(actor=coordinator, circulation=prepared, reason="New version.", now=NOW)
    expand_waiting(NOW)

    assert list(Announcement.objects.filter(kind="circulation_invitation").values_list("state", "reason")) == [
        ("cancelled", "the circulation was cancelled")
    ]
    assert (Consultee.objects.count(), OutgoingMail.objects.count()) == (0, 0)


def test_cancelling_an_open_one_wants_a_reason_and_a_prepared_one_tells_nobody(prepared, coordinator, member):
    actions.cancel_circulation(actor=coordinator, circulation=prepared, reason="", now=NOW)
    assert (state_of(prepared), Announcement.objects.count()) == ("cancelled", 0)

    second = make_circulation(publication=make_publication(state="circulating"))
    make_consultee(circulation=second, member=member)
    with pytest.raises(Refused, match="Say why"):
        actions.cancel_circulation(actor=coordinator, circulation=second, reason="  ", now=NOW)
    assert state_of(second) == "open"


def test_second_round_that_is_cancelled_leaves_the_paper_where_its_comments_are_resolved(paper, coordinator, member):
    make_circulation(publication=paper, state="closed", closed_at=NOW - DAY)
    second = make_circulation(publication=paper, state="prepared")
    second.people.add(member)
    Publication.objects.update(state="resolving")
    opened(second, coordinator)

    actions.cancel_circulation(actor=coordinator, circulation=second, reason="Too early.", now=NOW)

    assert state_of(paper) == "resolving"


def test_who_entered_the_paper_is_an_author_of_it_for_its_circulation_too(paper):
    writer = make_member()
    circulation = make_circulation(publication=paper)
    assert not Circulation.objects.visible_to(writer).exists()

    paper.created_by = writer
    paper.save()

    circulation = Circulation.objects.visible_to(writer).get(pk=circulation.pk)
    assert writer.has_perm("publications.view_circulation", circulation)


def test_asking_holds_the_circulation_before_its_announcement(prepared, coordinator, member, monkeypatch):
    """As whoever cancels or extends it does: in another order two of them would wait for each other."""
    monkeypatch.setattr(announcements, "AT_ONCE", 0)
    prepared.people.add(member)
    opened(prepared, coordinator)

    with CaptureQueriesContext(connection) as queries:
        expand_waiting(NOW)

    written = [query["sql"] for query in queries if query["sql"].startswith(("UPDATE", "INSERT", "DELETE"))]
    assert written[0].startswith('UPDATE "publications_circulation"')
    assert written[1].startswith('UPDATE "notifications_announcement"')
    assert len(mails("circulation_invitation")) == 1
