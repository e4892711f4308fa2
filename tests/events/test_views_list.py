"""The list of events: who sees what, tabs, filters, pages, and its number of queries."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from apps.events.models import Event, Occasion
from apps.members.models import Phase
from tests.budget import queries_of
from tests.make import NOW, make_event, make_group, make_participation, make_topic

URL = "/events/"

pytestmark = pytest.mark.usefixtures("frozen")


def listed(response):
    return [row.event for row in response.context["rows"]]


def test_event_list_address_is_the_contract():
    assert reverse("events:list") == URL


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("coordinator", ["public", "members", "group", "coordinators"]),
        ("chair", ["public", "members", "group", "coordinators"]),
        ("member", ["public", "members", "group"]),
        ("observer", ["public", "members", "group"]),
        ("other_member", ["public", "members"]),
        ("suspended", ["public"]),
        ("stranger", ["public"]),
    ],
)
def test_event_list_shows_each_what_they_may_see(client, group, request, who, seen):
    for visibility in ("public", "members", "group", "coordinators"):
        make_event(group=group, visibility=visibility, title=f"zq7-{visibility}")
    make_event(group=group, visibility="public", state="draft", title="zq7-draft")
    reader = request.getfixturevalue(who)
    if reader:
        client.force_login(reader)

    response = client.get(URL)

    assert [event.visibility for event in listed(response)] == seen
    assert set(re.findall(r"zq7-\w+", response.text)) == {f"zq7-{visibility}" for visibility in seen}


def test_event_list_separates_upcoming_from_past(client, group, member):
    client.force_login(member)
    running = make_event(group=group, starts_at=NOW - timedelta(hours=1))
    later = make_event(group=group, starts_at=NOW + timedelta(days=400))
    soon = make_event(group=group, starts_at=NOW + timedelta(days=1))
    old = make_event(group=group, starts_at=NOW - timedelta(days=300), state="held")
    recent = make_event(group=group, starts_at=NOW - timedelta(days=3))

    assert listed(client.get(URL)) == [running, soon, later]
    assert listed(client.get(URL, {"when": "past"})) == [recent, old]


def test_event_list_marks_cancelled_events_with_their_reason(client, group, member):
    client.force_login(member)
    make_event(group=group, state="cancelled", cancel_reason="The speaker is unwell.")

    page = client.get(URL).text

    assert '<li class="off">' in page
    assert "The speaker is unwell." in page


def test_event_list_shows_drafts_of_their_groups_to_those_who_lead(client, group, other_group, chair, coordinator):
    mine = make_event(group=group, state="draft")
    theirs = make_event(group=other_group, state="draft")

    client.force_login(chair)
    assert listed(client.get(URL, {"when": "drafts"})) == [mine]
    assert "Drafts of your groups" in client.get(URL).text
    client.force_login(coordinator)
    assert listed(client.get(URL, {"when": "drafts"})) == [mine, theirs]


def test_event_list_offers_no_drafts_to_others(client, group, member):
    make_event(group=group, state="draft")
    client.force_login(member)

    response = client.get(URL, {"when": "drafts"})

    assert listed(response) == []
    assert "Drafts" not in response.text


def test_event_list_narrows_by_every_filter(client, group, other_group, coordinator):
    client.force_login(coordinator)
    area = make_topic(slug="area")
    finer = make_topic(slug="finer", parent=area)
    occasion = Occasion.objects.create(kind="cop", name="COP", starts_on=date(2027, 4, 1), ends_on=date(2027, 4, 9))
    phase = Phase.objects.create(name="Phase I", starts_on=date(2027, 1, 1), ends_on=date(2027, 3, 31))
    wanted = make_event(group=group, kind="webinar", occasion=occasion, starts_at=NOW + timedelta(days=30))
    wanted.topics.add(finer)
    make_event(group=other_group, starts_at=NOW + timedelta(days=90))

    for query in (
        {"kind": "webinar"},
        {"topic": "area"},
        {"topic": "finer"},
        {"group": "working-group"},
        {"occasion": occasion.pk},
        {"phase": phase.pk},
    ):
        assert listed(client.get(URL, query)) == [wanted], query


def test_event_list_phase_includes_its_last_day(client, coordinator):
    client.force_login(coordinator)
    phase = Phase.objects.create(name="Phase I", starts_on=date(2027, 4, 1), ends_on=date(2027, 4, 30))
    first = make_event(starts_at=NOW.replace(month=4, day=1, hour=0))
    last = make_event(starts_at=NOW.replace(month=4, day=30, hour=23))
    make_event(starts_at=NOW.replace(month=5, day=1, hour=0))
    make_event(starts_at=NOW.replace(month=3, day=31, hour=23))

    assert listed(client.get(URL, {"phase": phase.pk})) == [first, last]


def test_event_list_offers_only_groups_the_reader_may_see(client, other_member):
    make_group(name="Hidden group", slug="hidden", visibility="group")
    make_group(name="Shown group", slug="shown", visibility="members")
    client.force_login(other_member)

    page = client.get(URL).text

    assert "Shown group" in page
    assert "Hidden group" not in page


@pytest.mark.parametrize(
    "query",
    ["kind=nonsense", "topic=none", "occasion=99999999999999999999", "phase=x", "group=%00", "page=1e309", "page=-1",
     "page=" + "9" * 5000, "when=%F0%9F%98%80", "kind=%27%20OR%201%3D1--"],
)  # fmt: skip
def test_event_list_never_breaks_on_a_query(client, group, member, query):
    make_event(group=group)
    client.force_login(member)

    response = client.get(f"{URL}?{query}")

    assert response.status_code == (400 if "%00" in query else 200)


def test_event_list_has_fifty_a_page(client, group, member):
    client.force_login(member)
    events = [make_event(group=group, starts_at=NOW + timedelta(days=n + 1)) for n in range(51)]

    assert listed(client.get(URL)) == events[:50]
    assert listed(client.get(URL, {"page": 2})) == events[50:]


def test_event_list_shows_own_answers_and_nobody_elses(client, group, member, chair):
    event = make_event(group=group, capacity=0)
    make_participation(event=event, member=chair, answer="yes", mode="in_person", queue_number=4)
    make_participation(event=event, member=member, answer="yes", mode="in_person", queue_number=9)
    asked = make_event(group=group)
    make_participation(event=asked, member=member)
    client.force_login(member)

    page = client.get(URL).text

    assert "Waiting list, place 2" in page
    assert "place 1" not in page
    assert page.count(f'href="{asked.get_absolute_url()}#answer"') == 1


@pytest.mark.parametrize("count", [1, 3, 300])
def test_event_list_costs_the_same_whatever_its_length(client, group, coordinator, chair, member, count):
    readers = {"stranger": None, "coordinator": coordinator, "chair": chair, "member": member}
    topic, occasion = make_topic(), Occasion.objects.create(kind="cop", name="X", starts_on=NOW, ends_on=NOW)
    Phase.objects.create(name="Phase I", starts_on=date(2020, 1, 1))
    for _number in range(count):
        event = make_event(group=group, visibility="public", occasion=occasion)
        event.topics.add(topic)
        for reader in (coordinator, chair, member):
            make_participation(event=event, member=reader, answer="yes")

    costs = {who: queries_of(client, reader, URL) for who, reader in readers.items()}

    assert costs == {"stranger": 3, "coordinator": 9, "chair": 8, "member": 8}


def test_event_list_of_a_stranger_shows_place_and_utc(client, group):
    make_event(group=group, visibility="public", time_zone="Pacific/Apia", place="Apia")

    page = client.get(URL).text

    assert "Apia" in page
    assert "UTC" in page
    assert Event.objects.count() == 1
