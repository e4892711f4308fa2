"""The list of events: who sees what, tabs, filters, pages, and its number of queries."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

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
    longest = make_event(group=group, starts_at=NOW - timedelta(days=91, hours=23), ends_at=NOW + timedelta(hours=1))
    running = make_event(group=group, starts_at=NOW - timedelta(hours=1))
    later = make_event(group=group, starts_at=NOW + timedelta(days=400))
    soon = make_event(group=group, starts_at=NOW + timedelta(days=1))
    old = make_event(group=group, starts_at=NOW - timedelta(days=300), state="held")
    recent = make_event(group=group, starts_at=NOW - timedelta(days=3))

    assert listed(client.get(URL)) == [longest, running, soon, later]
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


def test_event_list_phase_may_last_as_long_as_there_are_dates(client, coordinator):
    client.force_login(coordinator)
    event = make_event(visibility="public")
    phase = Phase.objects.create(name="For good", starts_on=date.min, ends_on=date.max)

    assert listed(client.get(URL, {"phase": phase.pk})) == [event]


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
     "page=" + "9" * 5000, "when=%F0%9F%98%80", "kind=%27%20OR%201%3D1--", "when=month&month=2027-13",
     "when=month&phase=x", "when=month&month=%F0%9F%98%80", "when=month&month=9999-12",
     "when=month&month=2199-12", "when=month&page=7"],
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

    assert costs == {"stranger": 3, "coordinator": 8, "chair": 8, "member": 8}


def test_event_list_of_a_stranger_shows_place_and_utc(client, group):
    make_event(group=group, visibility="public", time_zone="Pacific/Apia", place="Apia")

    page = client.get(URL).text

    assert "Apia" in page
    assert "UTC" in page
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    ("year", "query", "months"),
    [(2027, {}, ["2027-03", "2027-04"]), (2026, {"when": "past"}, ["2026-04", "2026-03"])],
)
def test_event_list_of_a_stranger_has_each_month_once(client, group, year, query, months):
    """Strangers read each place's own date: what begins last may be of the month before."""
    first = datetime(year, 3, 31, 20, tzinfo=UTC)
    for hours, zone in enumerate(["Pacific/Apia", "America/New_York", "Pacific/Auckland", "America/Bogota"]):
        starts_at = first + timedelta(hours=hours)
        ends_at = starts_at + timedelta(hours=1)
        make_event(group=group, visibility="public", starts_at=starts_at, ends_at=ends_at, time_zone=zone)

    answer = client.get(URL, query)

    assert re.findall(r'id="month-([-\d]+)"', answer.text) == months
    assert len(listed(answer)) == 4


def month(client, key="2027-03", **query):
    return client.get(URL, {"when": "month", "month": key, **query})


def shown(response):
    """The titles in the calendar, day by day."""
    days = re.findall(r'<time datetime="([-\d]+)">.*?</td>', response.text, re.DOTALL)
    cells = re.findall(r'<time datetime="[-\d]+">(.*?)</td>', response.text, re.DOTALL)
    found = {day: re.findall(r'<span class="title">(.*?)</span>', cell) for day, cell in zip(days, cells, strict=True)}
    return {day: titles for day, titles in found.items() if titles}


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("coordinator", ["public", "members", "group", "coordinators"]),
        ("chair", ["public", "members", "group", "coordinators"]),
        ("member", ["public", "members", "group"]),
        ("other_member", ["public", "members"]),
        ("suspended", ["public"]),
        ("stranger", ["public"]),
    ],
)
def test_event_month_shows_each_what_they_may_see(client, group, request, who, seen):
    for visibility in ("public", "members", "group", "coordinators"):
        make_event(group=group, visibility=visibility, title=visibility)
    make_event(group=group, visibility="public", state="draft", title="draft")
    reader = request.getfixturevalue(who)
    if reader:
        client.force_login(reader)

    assert shown(month(client)) == {"2027-03-31": seen}


def test_event_month_is_this_one_unless_another_is_asked_for(client, group):
    make_event(group=group, visibility="public", starts_at=NOW + timedelta(days=1), title="soon")
    make_event(group=group, visibility="public", starts_at=NOW - timedelta(days=20), title="before", state="held")

    assert shown(client.get(URL, {"when": "month"})) == {"2027-03-02": ["soon"]}
    assert shown(month(client, "2027-02")) == {"2027-02-09": ["before"]}


def test_event_month_of_the_address_that_is_none_says_so(client, db):
    page = month(client, "2027-13").text

    assert "The address names no month. Shown is March 2027." in page
    assert "The address names no month." not in month(client, "2027-04").text


def test_event_month_is_narrowed_and_its_links_keep_the_choice(client, group):
    make_event(group=group, visibility="public", kind="webinar", title="webinar")
    make_event(group=group, visibility="public", kind="workshop", title="workshop")

    response = month(client, kind="webinar")

    assert shown(response) == {"2027-03-31": ["webinar"]}
    assert 'href="?when=month&amp;month=2027-04&amp;kind=webinar"' in response.text
    assert 'href="?when=past&amp;kind=webinar"' in response.text
    assert '<input type="hidden" name="month" value="2027-03">' in response.text


def test_event_month_says_whose_days_they_are_and_marks_another_date(client, group, member):
    make_event(group=group, visibility="public", starts_at=NOW.replace(hour=13), title="talk")
    member.time_zone = "Pacific/Apia"
    member.save()

    assert "Days and times in UTC" in month(client).text
    assert shown(month(client)) == {"2027-03-01": ["talk"]}
    client.force_login(member)
    page = month(client)
    assert "Days and times in Apia" in page.text
    assert shown(page) == {"2027-03-02": ["talk"]}
    assert '<span dir="ltr">+1</span><span class="vh"> day</span>' in page.text


def test_event_month_marks_what_one_has_to_know(client, group, member):
    make_event(group=group, state="cancelled")
    make_event(group=group, is_chatham_house=True)
    make_participation(event=make_event(group=group), member=member, answer="yes")
    make_participation(event=make_event(group=group), member=member, answer="no")
    client.force_login(member)

    page = month(client).text

    assert page.count('<span class="badge cancelled">Cancelled</span>') == 1
    assert page.count('<span class="badge chr">') == 1
    assert page.count("(you said yes)") == 1


def test_event_month_too_full_for_a_calendar_says_so(client, group, monkeypatch):
    monkeypatch.setattr("apps.events.views.listing.PER_MONTH", 2)
    for _number in range(3):
        make_event(group=group, visibility="public")

    response = month(client)

    assert sum(map(len, shown(response).values())) == 2
    assert "More events lie in this month than a calendar can hold." in response.text


def test_event_months_of_strangers_are_not_for_search_engines(client, group, member):
    assert month(client).headers["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in client.get(URL).headers


@pytest.mark.parametrize("count", [1, 3, 300])
def test_event_month_costs_the_same_whatever_its_length(client, group, coordinator, chair, member, count):
    readers = {"stranger": None, "coordinator": coordinator, "chair": chair, "member": member}
    for _number in range(count):
        event = make_event(group=group, visibility="public")
        for reader in (coordinator, chair, member):
            make_participation(event=event, member=reader, answer="yes")

    url = f"{URL}?when=month&month=2027-03"

    assert {who: queries_of(client, reader, url) for who, reader in readers.items()} == MONTH_QUERIES


MONTH_QUERIES = {"stranger": 2, "coordinator": 7, "chair": 7, "member": 7}


def test_event_list_names_each_choice_with_a_link_to_take_it_back(client, group):
    make_event(group=group, visibility="public", kind="webinar")
    topic = make_topic(title="Registries & units", slug="registries")

    page = client.get(URL, {"kind": "webinar", "topic": topic.slug, "phase": "", "page": "1", "when": "past"}).text

    chips = re.findall(r'<a href="(\?[^"]*)">\s*<span class="vh">Remove the filter:</span> ([^<]*?) <svg', page)
    assert chips == [
        ("?topic=registries&amp;when=past", "Kind: Webinar"),
        ("?kind=webinar&amp;when=past", "Topic: Registries &amp; units"),
    ]
    assert re.search(r'<a class="plain"\s+href="\?when=past">Clear all</a>', page)


def test_event_list_offers_to_clear_a_choice_it_does_not_know(client, group):
    page = client.get(URL, {"kind": "nonsense"}).text

    assert "Remove the filter:" not in page
    assert "Clear all" in page
    assert "Clear all" not in client.get(URL).text


def test_month_marks_the_day_before_with_a_minus_sign(client, group, member):
    member.time_zone = "America/New_York"
    member.save()
    make_event(group=group, starts_at=NOW.replace(day=20, hour=2), ends_at=NOW.replace(day=20, hour=3), time_zone="UTC")
    client.force_login(member)

    page = client.get(f"{URL}?when=month&month=2027-03").text

    assert '<span dir="ltr">−1</span>' in page


def test_event_list_offers_only_occasions_of_what_the_reader_may_see(client, group, coordinator, other_member):
    shown, hidden, drafted = (
        Occasion.objects.create(kind="workshop", name=f"zq7-{name}", starts_on=NOW, ends_on=NOW)
        for name in ("shown", "hidden", "drafted")
    )
    make_event(group=group, visibility="public", occasion=shown)
    make_event(group=group, visibility="group", occasion=hidden)
    make_event(group=group, visibility="public", state="draft", occasion=drafted)
    found = {}

    for who, reader in {"stranger": None, "other": other_member, "coordinator": coordinator}.items():
        client.logout()
        if reader:
            client.force_login(reader)
        found[who] = set(re.findall(r"zq7-\w+", client.get(URL).text))

    assert found["stranger"] == found["other"] == {"zq7-shown"}
    assert found["coordinator"] == {"zq7-shown", "zq7-hidden", "zq7-drafted"}
    client.logout()
    assert "zq7-hidden" not in client.get(URL, {"occasion": hidden.pk}).text


def test_choice_that_only_past_events_fit_leads_to_them(client, group):
    topic = make_topic(slug="letters")
    past = make_event(
        group=group,
        visibility="public",
        title="zq7-past",
        starts_at=NOW - timedelta(days=30),
        ends_at=NOW - timedelta(days=29),
    )
    past.topics.add(topic)

    page = client.get(URL, {"topic": "letters"}).text
    [link] = re.findall(r'href="([^"]*)">Look among past events', page)

    assert "zq7-past" not in page
    assert "zq7-past" in client.get(f"{URL}{unescape(link)}").text
