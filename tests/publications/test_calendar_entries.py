"""Deadlines of circulations in one's own calendar: for whom, until when, and when they go."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from apps.events.models import CalendarFeed
from apps.members.actions import end_membership
from apps.members.permissions import Role
from apps.publications import actions
from apps.publications.deadline import ANYWHERE, Deadline
from apps.publications.models import Circulation, Consultee
from apps.publications.standing import standing_of
from tests.make import (
    NOW,
    make_circulation,
    make_comment,
    make_consultee,
    make_event,
    make_feed,
    make_member,
    make_membership,
    make_publication,
)

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture(autouse=True)
def _fresh_rate_limits(db):
    cache.clear()


@pytest.fixture
def circulation(group):
    paper = make_publication(group=group, state="circulating", title="Letters", abstract="zq7-abstract")
    return make_circulation(publication=paper, instructions="zq7-instructions", confidentiality="zq7-line")


@pytest.fixture
def reader(circulation):
    person = make_member(name="Rita")
    make_consultee(circulation=circulation, member=person)
    return person


def entries(client, person):
    feed = CalendarFeed.objects.filter(member=person).first() or make_feed(person)
    response = client.get(f"/calendar/{feed.token}.ics")
    assert response.status_code == 200
    return Calendar.from_ical(response.text).walk("VEVENT")


def titles(client, person):
    return [str(entry["summary"]) for entry in entries(client, person)]


def test_entry_ends_with_the_deadline_that_page_and_mail_state(client, circulation, reader):
    [entry] = entries(client, reader)

    assert str(entry["summary"]) == "Comments due: Letters"
    assert entry["dtend"].dt == circulation.deadline_at == standing_of(circulation, reader, NOW).until
    assert entry["dtstart"].dt < entry["dtend"].dt
    words = circulation.deadline.words()
    assert words == "end of Thursday 11 March 2027, anywhere on earth (UTC-12)"
    assert str(entry["description"]).split("\n\n") == [words, str(entry["url"])]
    assert str(entry["url"]).endswith(circulation.get_absolute_url())
    assert (str(entry["status"]), str(entry["transp"])) == ("CONFIRMED", "TRANSPARENT")


def test_who_owes_reads_so_and_who_has_longer_their_own_deadline(client, circulation):
    longer = circulation.deadline_at + timedelta(days=3)
    owing = make_consultee(circulation=circulation, is_reviewer=True, extended_until=longer).member

    [entry] = entries(client, owing)

    assert (str(entry["summary"]), entry["dtend"].dt) == ("Answer due: Letters", longer)
    assert "for others: end of Thursday 11 March 2027" in str(entry["description"])


def test_deadline_moved_keeps_the_uid_and_counts_on(client, circulation, reader, coordinator, settings):
    a_minute_before(NOW)
    [before] = entries(client, reader)
    later = Deadline(circulation.deadline_on + timedelta(days=1), None, ANYWHERE)
    actions.extend_deadline(actor=coordinator, circulation=circulation, deadline=later, once="a", now=NOW)
    settings.MAIL_DOMAIN = "elsewhere.example.org"
    [after] = entries(client, reader)

    assert str(after["uid"]) == str(before["uid"])
    assert after["sequence"] > before["sequence"]
    assert after["dtend"].dt - before["dtend"].dt == timedelta(days=1)
    assert after["sequence"] < 2**31


def a_minute_before(now):
    """What was set up was so a minute ago."""
    for model in (Circulation, Consultee):
        model.objects.update(updated_at=now - timedelta(minutes=1))


def test_number_does_not_fall_for_who_had_longer_was_taken_off_and_is_asked_again(
    client, circulation, reader, coordinator
):
    longer = circulation.deadline_at + timedelta(days=30)
    circulation.consultees.update(extended_until=longer)
    a_minute_before(NOW)
    [before] = entries(client, reader)
    consultee = circulation.consultees.get(member=reader)
    actions.remove_consultee(actor=coordinator, consultee=consultee, now=NOW)
    ask = {"member_ids": [reader.pk], "as_reviewers": False, "once": "a", "now": NOW}
    actions.add_consultees(actor=coordinator, circulation=circulation, **ask)

    [after] = entries(client, reader)

    assert (before["dtend"].dt, after["dtend"].dt) == (longer, circulation.deadline_at)
    assert after["sequence"] > before["sequence"]


def test_entry_is_for_who_is_asked_alone(client, circulation, reader, chair, coordinator, member, group):
    make_event(group=group, title="talk")
    observer = make_membership(group=group, member=make_member(), role=Role.OBSERVER).member
    make_consultee(circulation=circulation, member=observer)

    found = {person: titles(client, person) for person in (reader, chair, coordinator, member, observer)}

    assert found.pop(reader) == ["Comments due: Letters"]
    assert set(map(tuple, found.values())) == {("talk",)}


def take_off(circulation, reader, coordinator):
    consultee = circulation.consultees.get(member=reader)
    actions.remove_consultee(actor=coordinator, consultee=consultee, now=NOW)


def cancel(circulation, reader, coordinator):
    actions.cancel_circulation(actor=coordinator, circulation=circulation, reason="Too early.", now=NOW)


def close(circulation, reader, coordinator):
    actions.close_circulation(actor=coordinator, circulation=circulation, now=NOW)


def answer(circulation, reader, coordinator):
    actions.answer_without_comments(actor=reader, circulation=circulation, now=NOW)


def pass_by(circulation, reader, coordinator):
    Circulation.objects.update(deadline_at=NOW)


@pytest.mark.parametrize("act", [take_off, cancel, close, answer, pass_by])
def test_entry_goes_with_what_it_was_for(client, circulation, reader, coordinator, act):
    before = titles(client, reader)
    act(circulation, reader, coordinator)

    assert (before, titles(client, reader)) == (["Comments due: Letters"], [])


def test_entry_goes_with_the_membership_it_came_through(client, circulation, group, coordinator):
    membership = make_membership(group=group, member=make_member())
    make_consultee(circulation=circulation, member=membership.member, via_group=group)
    before = titles(client, membership.member)
    end_membership(actor=coordinator, membership=membership, now=NOW)

    assert (before, titles(client, membership.member)) == (["Comments due: Letters"], [])


def test_entry_says_nothing_of_what_is_asked_nor_of_others(client, circulation, reader):
    other = make_consultee(circulation=circulation, member=make_member(name="zq7-other")).member
    make_comment(circulation=circulation, writer=other, comment="zq7-comment")

    text = re.sub("\r\n ", "", client.get(f"/calendar/{make_feed(reader).token}.ics").text)

    assert "Comments due: Letters" in text
    assert "zq7" not in text
    assert "ATTENDEE" not in text


def test_entry_speaks_the_owner_s_language_and_not_the_asker_s(client, circulation, reader):
    url = f"/calendar/{make_feed(reader).token}.ics"

    answers = [client.get(url, headers={"Accept-Language": language}) for language in ("de", "en")]

    assert answers[0].headers["ETag"] == answers[1].headers["ETag"]


def test_feed_costs_the_same_for_1_and_20_circulations(client, reader):
    url = f"/calendar/{make_feed(reader).token}.ics"
    counts = []
    for count in (1, 20):
        while reader.consultations.count() < count:
            make_consultee(circulation=make_circulation(), member=reader)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).text.count("BEGIN:VEVENT") == count
        counts.append(len([each for each in queries if "core_cache" not in each["sql"]]))

    assert counts[0] == counts[1]
