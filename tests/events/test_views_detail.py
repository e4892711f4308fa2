"""One event: who gets in, what each part shows to whom, the calendar file, and the number of queries."""

import json
import re
from datetime import timedelta

import pytest
from icalendar import Calendar

from apps.events.models import Event, Occasion
from apps.members.permissions import Visibility
from tests.budget import queries_of
from tests.make import (
    make_event,
    make_member,
    make_organisation,
    make_participation,
    make_publication,
    make_topic,
)

CAST = ["coordinator", "chair", "member", "observer", "other_member", "suspended", "stranger"]
LINK = "https://meet.example.org/zq7"

pytestmark = pytest.mark.usefixtures("frozen")


def login(client, request, who):
    reader = request.getfixturevalue(who)
    if reader:
        client.force_login(reader)
    return reader


@pytest.mark.parametrize(
    ("visibility", "state", "welcome"),
    [
        ("public", "scheduled", CAST),
        ("members", "scheduled", CAST[:5]),
        ("group", "scheduled", CAST[:4]),
        ("coordinators", "scheduled", CAST[:2]),
        ("public", "draft", CAST[:2]),
        ("group", "cancelled", CAST[:4]),
    ],
)
def test_event_pages_open_to_those_who_may_see_the_event(client, group, request, visibility, state, welcome):
    event = make_event(group=group, visibility=visibility, state=state)
    opened = {"": [], "event.ics": []}

    for who in CAST:
        client.logout()
        login(client, request, who)
        for page in opened:
            response = client.get(f"{event.get_absolute_url()}{page}")
            assert response.status_code in (200, 404)
            opened[page] += [who] if response.status_code == 200 else []

    assert opened == {"": welcome, "event.ics": [] if event.is_draft else welcome}


def test_event_hidden_answers_like_one_that_is_missing(client, group, other_member):
    event = make_event(group=group)
    client.force_login(other_member)

    hidden = client.get(event.get_absolute_url())
    missing = client.get("/events/no-such-event/")

    assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content)
    assert dict(hidden.headers) == dict(missing.headers)


def test_event_opens_to_whoever_is_invited_until_taken_back(client, group, other_member, now):
    event = make_event(group=group, visibility=Visibility.COORDINATORS)
    part = make_participation(event=event, member=other_member)
    client.force_login(other_member)

    assert client.get(event.get_absolute_url()).status_code == 200
    part.save_answer(withdrawn_at=now)
    assert client.get(event.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("who", "sees"),
    [("coordinator", True), ("chair", True), ("member", False), ("other_member", False), ("stranger", False)],
)
def test_event_online_link_is_for_the_invited_and_those_who_lead(client, group, request, who, sees):
    event = make_event(group=group, visibility="public", online_link=LINK)
    reader = login(client, request, who)

    page = client.get(event.get_absolute_url()).text

    assert (LINK in page) == sees
    if reader and not sees:
        make_participation(event=event, member=reader)
        assert LINK in client.get(event.get_absolute_url()).text


def test_event_names_are_for_the_invited(client, group, member, other_member):
    event = make_event(group=group, visibility="members")
    organisation = make_organisation(name="Zq7 institute")
    for answer in ("yes", "maybe", "no", ""):
        guest = make_member(name=f"Zq7 {answer or 'silent'}", organisation=organisation)
        make_participation(event=event, member=guest, answer=answer)
    shy = make_member(name="Zq7 shy", hides_participation=True)
    make_participation(event=event, member=shy, answer="yes")
    make_participation(event=event, member=member)

    client.force_login(member)
    assert set(re.findall(r"Zq7 \w+", client.get(event.get_absolute_url()).text)) == {
        "Zq7 yes",
        "Zq7 maybe",
        "Zq7 institute",
    }
    client.force_login(other_member)
    page = client.get(event.get_absolute_url()).text
    assert "Zq7" not in page
    assert "Participants" not in page


def test_event_names_of_departed_and_withdrawn_people_are_not_shown(client, group, member, now):
    event = make_event(group=group)
    gone = make_member(name="Zq7 gone")
    make_participation(event=event, member=gone, answer="yes")
    gone.become(gone.Status.DEPARTED)
    make_participation(event=event, member=make_member(name="Zq7 back"), answer="maybe", withdrawn_at=now)
    make_participation(event=event, member=member)
    client.force_login(member)

    assert "Zq7" not in client.get(event.get_absolute_url()).text


HIDDEN = {"shows_organisation": False, "shows_country": False, "shows_email": False}
BESIDE = {
    "coordinator": {"institute", "address"},
    "chair": set(),
    "invited": set(),
    "oneself": {"institute", "address"},
}


@pytest.mark.parametrize("who", BESIDE)
def test_event_list_of_names_shows_beside_them_what_each_has_chosen(client, group, request, member, who):
    event = make_event(group=group)
    shy = make_member(
        "zq7-address@example.org", name="", organisation=make_organisation(name="zq7-institute"), country="AQ", **HIDDEN
    )
    open_one = make_member(organisation=make_organisation(name="zq7-open"), country="WS")
    for person in (shy, open_one, member):
        make_participation(event=event, member=person, answer="yes")
    client.force_login({"invited": member, "oneself": shy}.get(who) or request.getfixturevalue(who))

    page = client.get(event.get_absolute_url()).text

    assert set(re.findall(r"zq7-(\w+)", page)) == BESIDE[who] | {"open"}
    assert ("Antarctica" in page) == (who == "coordinator")
    assert ("No name given" in page) == (not BESIDE[who])
    assert ("Samoa" in page) == (who in {"coordinator", "chair"})


@pytest.mark.parametrize("hiding", [{"is_chatham_house": True}, {"participants_hidden": True}])
def test_event_that_hides_names_shows_them_to_those_who_lead_only(client, group, member, chair, hiding):
    event = make_event(group=group, **hiding)
    make_participation(event=event, member=make_member(name="Zq7 guest"), answer="yes")
    make_participation(event=event, member=member)

    client.force_login(member)
    assert "Zq7 guest" not in client.get(event.get_absolute_url()).text
    client.force_login(chair)
    assert "Zq7 guest" in client.get(event.get_absolute_url()).text


@pytest.mark.parametrize("who", ["coordinator", "chair"])
def test_event_every_answer_is_for_those_who_lead(client, group, request, who):
    event = make_event(group=group, is_chatham_house=True)
    shy = make_member(name="Zq7 shy", hides_participation=True)
    make_participation(event=event, member=shy, answer="no")
    make_participation(event=event, member=make_member(name="Zq7 silent"))
    make_participation(
        event=event, member=make_member(name="Zq7 queuing"), answer="yes", mode="in_person", queue_number=7
    )
    login(client, request, who)

    page = client.get(event.get_absolute_url()).text

    assert re.findall(r"Zq7 \w+", page) == ["Zq7 queuing", "Zq7 silent", "Zq7 shy"]
    assert "waiting list: 1 · maybe: 0 · no: 1 · not answered: 1" in page
    assert "Waiting list, place 1" in page


@pytest.mark.parametrize(
    ("number", "first", "shown"), [("", 0, 100), ("1", 0, 100), ("3", 200, 31), ("x", 0, 100), ("9", 0, 100)]
)
def test_event_participants_come_by_the_hundred(client, group, chair, number, first, shown):
    event = make_event(group=group)
    for each in range(231):
        make_participation(event=event, member=make_member(name=f"Zq7 {each:03}"))
    client.force_login(chair)

    response = client.get(event.get_absolute_url(), {"page": number})

    names = re.findall(r"Zq7 \d+", response.text)
    assert names == [f"Zq7 {each:03}" for each in range(first, first + shown)]


def test_event_shows_no_numbers_to_those_who_do_not_lead(client, group, member):
    event = make_event(group=group, capacity=24)
    Event.objects.filter(pk=event.pk).update(seats_taken=11)
    make_participation(event=event, member=member)
    client.force_login(member)

    page = client.get(event.get_absolute_url()).text

    assert "11 of 24" not in page
    assert "not answered:" not in page


def test_event_chatham_house_rule_stands_on_the_page(client, group, member):
    event = make_event(group=group, is_chatham_house=True)
    client.force_login(member)

    page = client.get(event.get_absolute_url()).text

    assert "Use what you hear. Never say who said it, nor who was in the room." in page


def test_event_cancelled_says_so_with_the_reason(client, group, member):
    event = make_event(group=group, state="cancelled", cancel_reason="The speaker is unwell.")
    make_participation(event=event, member=member, answer="yes")
    client.force_login(member)

    page = client.get(event.get_absolute_url()).text

    assert "This event was cancelled." in page
    assert "The speaker is unwell." in page
    assert 'name="answer"' not in page


def test_event_markdown_is_safe_html(client, group, member):
    event = make_event(
        group=group,
        title="<script>t</script>",
        lead="<img src=x>",
        agenda="**bold** <script>a</script> [x](javascript:alert(1))",
        public_summary="<img src=x onerror=alert(1)>",
    )
    client.force_login(member)

    page = client.get(event.get_absolute_url()).text

    assert "<strong>bold</strong>" in page
    assert "<script>" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page


@pytest.mark.parametrize(
    ("who", "offered"),
    [("coordinator", True), ("chair", True), ("member", False), ("stranger", False)],
)
def test_event_offers_editing_and_cancelling_to_those_who_lead(client, group, request, who, offered):
    event = make_event(group=group, visibility="public")
    login(client, request, who)

    page = client.get(event.get_absolute_url()).text

    assert (f"{event.get_absolute_url()}edit/" in page) == offered
    assert (f"{event.get_absolute_url()}cancel/" in page) == offered


def test_event_group_hidden_from_the_reader_is_not_named(client, group, other_member):
    group.visibility = Visibility.GROUP
    group.save()
    event = make_event(group=group, visibility="members")
    client.force_login(other_member)

    assert group.name not in client.get(event.get_absolute_url()).text


@pytest.mark.parametrize("count", [1, 3, 300])
def test_event_costs_the_same_whatever_is_on_it(client, group, coordinator, chair, member, count):
    readers = {"stranger": None, "coordinator": coordinator, "chair": chair, "member": member}
    event = make_event(group=group, visibility="public", online_link=LINK, agenda="x", capacity=1000)
    event.topics.add(*(make_topic() for _number in range(min(count, 10))))
    for number in range(count):
        guest = make_member(organisation=make_organisation())
        make_participation(event=event, member=guest, answer="yes", mode="in_person", queue_number=10 + number)
        make_publication(group=group, visibility="public").events.add(event)
    for number, reader in enumerate((coordinator, chair, member)):
        make_participation(event=event, member=reader, answer="yes", mode="in_person", queue_number=number)

    costs = {who: queries_of(client, reader, event.get_absolute_url()) for who, reader in readers.items()}

    assert costs == {"stranger": 3, "coordinator": 10, "chair": 10, "member": 10}


def test_calendar_file_is_an_attachment_without_anything_private(client, group, member):
    event = make_event(group=group, slug="talk", online_link=LINK)
    make_participation(event=event, member=member, answer="yes")
    client.force_login(member)

    response = client.get("/events/talk/event.ics")

    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="talk.ics"'
    assert LINK not in response.text
    calendar = Calendar.from_ical(response.text)
    assert calendar["METHOD"] == "PUBLISH"
    [component] = calendar.walk("VEVENT")
    assert component["SUMMARY"] == event.title
    assert "ATTENDEE" not in component


def test_calendar_file_says_the_rule_of_the_house(client, group, member):
    event = make_event(group=group, is_chatham_house=True, lead="On registries.")
    client.force_login(member)

    text = client.get(f"{event.get_absolute_url()}event.ics").text.replace("\r\n ", "")

    rule = "Chatham House Rule. Use what you hear. Never say who said it\\, nor who was in the room."
    assert f"DESCRIPTION:On registries.\\n\\n{rule}\\n\\nhttp" in text


@pytest.mark.parametrize("state", ["draft", "scheduled"])
def test_calendar_file_is_not_offered_for_a_draft(client, group, chair, state):
    event = make_event(group=group, state=state)
    client.force_login(chair)

    assert ("event.ics" in client.get(event.get_absolute_url()).text) == (state == "scheduled")


def test_calendar_file_is_not_sent_twice(client, group):
    event = make_event(group=group, visibility="public", slug="talk")
    tag = client.get("/events/talk/event.ics").headers["ETag"]

    assert client.get("/events/talk/event.ics", headers={"If-None-Match": tag}).status_code == 304
    event.title = "Changed"
    event.save()
    assert client.get("/events/talk/event.ics", headers={"If-None-Match": tag}).status_code == 200


def linked_data(client, event):
    page = client.get(event.get_absolute_url()).text
    [text] = re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page)
    return json.loads(text)


def test_event_tells_search_engines_what_strangers_see(client, group, now):
    start = now.replace(month=6, hour=13)
    fields = {"slug": "talk", "title": "Talk </script>", "lead": "Why.", "online_link": LINK}
    event = make_event(group=group, visibility="public", starts_at=start, **fields)
    make_participation(event=event, member=make_member(name="Zq7 guest"), answer="yes")

    said = linked_data(client, event)

    url = said["url"]
    assert url.endswith("/events/talk/")
    assert {name: said[name] for name in ("@type", "name", "description", "startDate", "endDate", "eventStatus")} == {
        "@type": "Event",
        "name": "Talk </script>",
        "description": "Why.",
        "startDate": "2027-06-01T15:00:00+02:00",
        "endDate": "2027-06-01T17:00:00+02:00",
        "eventStatus": "https://schema.org/EventScheduled",
    }
    assert said["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert said["location"] == [
        {"@type": "Place", "name": "Bonn", "address": "Bonn"},
        {"@type": "VirtualLocation", "url": url},
    ]
    assert said["organizer"]["name"] == "Carbon Market Mechanisms Working Group"
    assert "zq7" not in str(said).lower()


@pytest.mark.parametrize(
    ("fields", "mode", "places"),
    [
        ({"format": "online"}, "Online", ["VirtualLocation"]),
        ({"format": "in_person"}, "Offline", ["Place"]),
        ({"format": "both", "place": ""}, "Mixed", ["VirtualLocation"]),
    ],
)
def test_event_tells_search_engines_where(client, group, fields, mode, places):
    said = linked_data(client, make_event(group=group, visibility="public", **fields))

    assert said["eventAttendanceMode"] == f"https://schema.org/{mode}EventAttendanceMode"
    assert [place["@type"] for place in said["location"]] == places


def test_event_cancelled_tells_search_engines_so(client, group):
    said = linked_data(client, make_event(group=group, visibility="public", state="cancelled"))

    assert said["eventStatus"] == "https://schema.org/EventCancelled"


@pytest.mark.parametrize(("visibility", "state"), [("members", "scheduled"), ("public", "draft")])
def test_event_that_strangers_do_not_see_is_not_told_to_search_engines(client, group, coordinator, visibility, state):
    event = make_event(group=group, visibility=visibility, state=state)
    client.force_login(coordinator)

    page = client.get(event.get_absolute_url()).text

    assert event.title in page
    assert "ld+json" not in page


@pytest.mark.parametrize(
    ("days", "heading", "way"), [(-9, "Summary", "?when=past&amp;occasion="), (9, "About this event", "?occasion=")]
)
def test_event_says_what_it_was_or_will_be(client, group, now, days, heading, way):
    occasion = Occasion.objects.create(kind="cop", name="COP", starts_on=now, ends_on=now)
    fields = {"public_summary": "Zq7 what.", "occasion": occasion}
    event = make_event(group=group, visibility="public", starts_at=now + timedelta(days=days), **fields)

    page = client.get(event.get_absolute_url()).text

    assert re.search(rf"{heading}\s*</h2>", page)
    assert "Zq7 what." in page
    assert f'href="/events/{way}{occasion.pk}"' in page
