"""A prepared query answers like the one it was made from, for whoever asks, with what holds at that moment."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.prepared import Prepared
from apps.events.models import Event
from apps.members.models import Group, Member
from apps.members.permissions import Role
from tests.make import make_event, make_group, make_member, make_participation

VISIBILITIES = ["public", "members", "group", "coordinators"]
ROLES = [[], ["member"], ["member", "chair"], ["chair", "member"], ["observer"] * 3]


def seen_events(reader, *ids):
    return Event.objects.visible_to(reader).order_by("pk").values_list("pk")


def seen_among(reader, *ids):
    return Event.objects.visible_to(reader).filter(pk__in=ids).order_by("pk").values_list("pk")


@pytest.fixture
def world(db, coordinator):
    """Three groups with an event of each visibility, one draft each, and people with all mixtures of roles."""
    groups = [make_group() for _number in range(3)]
    events = [make_event(group=group, visibility=visibility) for group in groups for visibility in VISIBILITIES]
    people = [make_member() for _number in range(5)]
    events += [make_event(group=group, state="draft", created_by=people[0]) for group in groups]
    for person, roles in zip(people, ROLES, strict=True):
        for group, role in zip(groups, roles, strict=False):
            group.memberships.create(member=person, role=role, started_on="2027-01-01")
    make_participation(event=events[3], member=people[1])
    suspended = make_member()
    suspended.become(Member.Status.SUSPENDED)
    return [None, coordinator, suspended, *people], groups, events


def test_it_answers_like_the_query_itself(world):
    people, _groups, events = world
    prepared, among = Prepared(seen_events), Prepared(seen_among)
    few = [event.pk for event in events[::2]]

    for _round in range(2):
        for person in people:
            assert prepared.rows(person) == list(seen_events(person)), person
            assert among.rows(person, *few) == list(seen_among(person, *few)), person
            assert among.rows(person, events[0].pk) == list(seen_among(person, events[0].pk)), person


def test_people_with_the_same_roles_share_the_text_and_not_the_answer(db):
    groups = [make_group(), make_group()]
    events = [make_event(group=group) for group in groups]
    people = [make_member(group=group) for group in groups]
    prepared = Prepared(seen_events)

    answers = [prepared.rows(person) for person in people]

    assert answers == [[(events[0].pk,)], [(events[1].pk,)]]
    assert prepared.sql(people[0])[0] == prepared.sql(people[1])[0]


def test_what_is_taken_away_is_gone_at_the_next_request(group, member):
    event = make_event(group=group)
    prepared = Prepared(seen_events)
    assert prepared.rows(member) == [(event.pk,)]

    member.memberships.update(ended_on="2027-01-01")
    member.refresh_from_db()

    assert prepared.rows(member) == []


def test_a_role_given_counts_at_the_next_request(group, member):
    event = make_event(group=group, visibility="coordinators")
    prepared = Prepared(seen_events)
    assert prepared.rows(member) == []

    member.memberships.update(role=Role.CHAIR)
    member.refresh_from_db()

    assert prepared.rows(member) == [(event.pk,)]


def test_it_costs_the_one_query_and_the_one_for_the_roles(group, member):
    prepared = Prepared(seen_events)

    with CaptureQueriesContext(connection) as captured:
        prepared.rows(member)
        prepared.rows(member)

    assert len(captured) == 3


def test_a_query_that_asks_for_a_moment_can_not_be_kept(member):
    moment = datetime(2027, 6, 10, 12, tzinfo=UTC)
    prepared = Prepared(lambda reader: Group.objects.filter(created_at__lt=moment).values_list("pk"))

    with pytest.raises(TypeError, match="asks for a moment"):
        prepared.rows(member)
