"""A prepared query answers like the one it was made from, for whoever asks, with what holds at that moment."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from apps.core.prepared import Prepared
from apps.events.models import Event, Participation
from apps.members.models import Group, Member
from apps.members.permissions import Role
from apps.publications.models import Author, Publication
from tests.make import NOW, make_event, make_group, make_member, make_membership, make_participation, make_publication

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


def listed(reader, since, place, start):
    seen = Event.objects.visible_to(reader).filter(starts_at__gte=since, place=place)
    answers = Count("participations")
    return seen.select_related("group").only("title", "group__name").annotate(answers=answers).order_by("-pk")[start:]


def test_objects_come_as_the_query_itself_gives_them_with_what_is_selected_and_annotated(world):
    people, _groups, events = world
    prepared = Prepared(listed)
    asked = [(NOW, "Bonn", 0), (NOW - timedelta(days=9), "Bonn", 2), (NOW, "Oslo", 1)]
    for event in events[::3]:
        Event.objects.filter(pk=event.pk).update(starts_at=NOW - timedelta(days=2), place="Bonn")

    for _round in range(2):
        for person in people:
            for values in asked:
                found, expected = prepared.objects(person, *values), list(listed(person, *values))
                assert found == expected
                with CaptureQueriesContext(connection) as captured:
                    assert [(each.title, each.group.name, each.answers) for each in found] == [
                        (each.title, each.group.name, each.answers) for each in expected
                    ]
                assert len(captured) == 0
                assert [each.get_deferred_fields() for each in found] == [
                    each.get_deferred_fields() for each in expected
                ]
    assert any(prepared.objects(person, *asked[1]) for person in people)


def test_days_are_put_in_each_time(db):
    for day in (1, 2, 3):
        make_publication(published_on=date(2027, 6, day))
    prepared = Prepared(
        lambda _reader, since, until: Publication.objects.filter(
            published_on__gte=since, published_on__lt=until
        ).values_list("published_on")
    )

    for since, until, days in ((1, 2, [1]), (2, 4, [2, 3]), (4, 9, [])):
        found = prepared.objects(None, date(2027, 6, since), date(2027, 6, until))
        assert sorted(published_on.day for (published_on,) in found) == days


def test_rows_are_counted(world):
    people, _groups, events = world
    prepared = Prepared(seen_among)
    few = [event.pk for event in events[::2]]

    for person in people:
        assert prepared.count(person, *few) == seen_among(person, *few).count()


HOSTILE_WORDS = ["'; --", "%s %% %(name)s", "back\\slash", "“quoted”", ""]


@pytest.mark.parametrize("word", HOSTILE_WORDS)
def test_words_are_nothing_but_words(db, word):
    groups = [make_group(name=name) for name in HOSTILE_WORDS]
    build = lambda reader, name: Group.objects.filter(name=name).exclude(name__contains="100 %")  # noqa: E731

    prepared = Prepared(build)

    assert prepared.objects(None, word) == [groups[HOSTILE_WORDS.index(word)]]
    assert prepared.count(None, word) == 1


def test_numbers_below_nothing_are_numbers(db):
    made = make_group()
    prepared = Prepared(lambda reader, number, start: Group.objects.filter(pk__gt=number).order_by("pk")[start:])

    assert [row.pk for row in prepared.objects(None, -5, 0)] == [made.pk]
    assert prepared.objects(None, -5, 1) == []


def test_a_narrowed_list_asks_whether_each_row_is_among_what_is_seen(world):
    people, groups, _events = world
    seen = Prepared(lambda reader: Event.objects.visible_to(reader).values("pk"))
    nothing = Prepared(lambda reader: Event.objects.filter(pk__in=[]).values("pk"))

    for person in people:
        narrowed = Event.objects.filter(seen.holds(person), group=groups[0]).select_related("group").order_by("pk")
        assert list(narrowed) == list(Event.objects.visible_to(person).filter(group=groups[0]).order_by("pk")), person
        assert narrowed.values("pk")[:2].count() == min(2, len(narrowed)), person
        assert not Event.objects.filter(nothing.holds(person)).exists()


def test_what_belongs_to_something_is_held_as_after_a_prefetch(db, django_assert_num_queries):
    paper, other = make_publication(), make_publication()
    for place, name in enumerate("BA", start=1):
        paper.authors.create(name=name, position=place)
    other.authors.create(name="C")
    authors = Prepared(lambda _nobody, paper: Author.objects.filter(publication=paper).order_by("-pk"))
    expected = list(paper.authors.order_by("-pk"))

    authors.hold(paper, "authors")

    with django_assert_num_queries(0):
        assert list(paper.authors.all()) == expected


def test_what_can_find_nothing_finds_nothing(member):
    nothing = Prepared(lambda reader: Event.objects.filter(pk__in=[]))

    assert nothing.objects(member) == []
    assert nothing.count(member) == 0


def test_groups_of_staff_count_where_they_are_asked_for(group, coordinator):
    make_membership(group=group, member=coordinator)
    event = make_event(group=group)
    part = make_participation(event=event, member=coordinator, via_group=group)
    prepared = Prepared(Participation.objects.live_for, with_groups_of_staff=True)

    assert prepared.objects(coordinator) == [part]


@pytest.mark.parametrize(
    ("build", "value"),
    [
        (lambda reader, number: Group.objects.filter(pk=number + 1), 7),
        (lambda reader, moment: Group.objects.filter(created_at__lt=moment - timedelta(days=1)), NOW),
        (lambda reader, day: Publication.objects.filter(published_on__lt=day + timedelta(days=1)), NOW.date()),
        (lambda reader, moment: Publication.objects.filter(published_on__lt=moment.date()), NOW),
        (lambda reader, word: Group.objects.filter(name__contains=word), "word"),
    ],
)
def test_a_query_that_reckons_with_what_it_is_asked_with_can_not_be_kept(member, build, value):
    with pytest.raises(TypeError, match="would be kept"):
        Prepared(build).objects(member, value)


def test_a_query_that_asks_for_a_moment_can_not_be_kept(member):
    moment = datetime(2027, 6, 10, 12, tzinfo=UTC)
    prepared = Prepared(lambda reader: Group.objects.filter(created_at__lt=moment).values_list("pk"))

    with pytest.raises(TypeError, match="asks for a moment"):
        prepared.rows(member)
