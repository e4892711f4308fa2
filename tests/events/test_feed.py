"""The calendar to subscribe to: what it holds for whom, how its link dies, and that it is a calendar by the book."""

import re
from datetime import timedelta

import pytest
from django.core import mail as mailbox
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from apps.core.models import AuditEntry
from apps.core.redaction import redact
from apps.events.actions import send_trial
from apps.events.calendar import event_calendar
from apps.events.models import CalendarFeed, Event
from apps.members.models import Member
from apps.notifications.delivery import Courier
from tests.carrying import carry_over, update
from tests.make import NOW, make_event, make_feed, make_group, make_member, make_participation

SETTINGS = "/settings/calendar/"
LINK = "https://meet.example.org/zq7"

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture(autouse=True)
def _fresh_rate_limits(db):
    cache.clear()


def address(feed):
    return f"/calendar/{feed.token}.ics"


def read(client, feed):
    response = client.get(address(feed))
    assert response.status_code == 200
    return Calendar.from_ical(response.text)


def titles(client, feed):
    return [str(entry["summary"]) for entry in read(client, feed).walk("VEVENT")]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("coordinator", ["public", "members", "group", "coordinators"]),
        ("chair", ["public", "members", "group", "coordinators"]),
        ("member", ["public", "members", "group"]),
        ("observer", ["public", "members", "group"]),
        ("other_member", ["public", "members"]),
    ],
)
def test_feed_holds_what_its_owner_may_see_whoever_asks(client, group, request, who, seen, chair):
    for visibility in ("public", "members", "group", "coordinators"):
        make_event(group=group, visibility=visibility, title=visibility)
    make_event(group=group, visibility="public", state="draft", title="draft")
    feed = make_feed(request.getfixturevalue(who))
    client.force_login(chair)

    assert titles(client, feed) == seen


def test_feed_follows_at_once_what_its_owner_may_see(client, group, member, other_member):
    event = make_event(group=group, title="talk")
    part = make_participation(event=event, member=other_member)
    mine, theirs = make_feed(member), make_feed(other_member)

    assert (titles(client, mine), titles(client, theirs)) == (["talk"], ["talk"])
    part.save_answer(withdrawn_at=NOW)
    member.memberships.all().delete()
    assert (titles(client, mine), titles(client, theirs)) == ([], [])


def test_feed_keeps_cancelled_and_held_events_for_ninety_days(client, group, member):
    make_event(group=group, title="long gone", state="held", starts_at=NOW - timedelta(days=91))
    make_event(group=group, title="held", state="held", starts_at=NOW - timedelta(days=89))
    make_event(group=group, title="cancelled", state="cancelled")

    entries = read(client, make_feed(member)).walk("VEVENT")

    assert [(str(entry["summary"]), str(entry["status"])) for entry in entries] == [
        ("held", "CONFIRMED"),
        ("cancelled", "CANCELLED"),
    ]


def test_feed_tells_by_one_s_answer_whether_the_time_is_taken(client, group, member, chair):
    for answer in ("yes", "maybe", "no", ""):
        make_participation(event=make_event(group=group, title=answer or "none"), member=member, answer=answer)
    back = make_event(group=group, title="taken back")
    make_participation(event=back, member=member, answer="no", withdrawn_at=NOW)
    make_participation(event=back, member=chair, answer="yes")
    make_participation(event=make_event(group=group, title="off", state="cancelled"), member=member, answer="yes")

    entries = read(client, make_feed(member)).walk("VEVENT")

    assert [(str(entry["summary"]), str(entry["transp"]), str(entry["status"])) for entry in entries] == [
        ("yes", "OPAQUE", "CONFIRMED"),
        ("maybe", "TRANSPARENT", "TENTATIVE"),
        ("none", "TRANSPARENT", "CONFIRMED"),
        ("taken back", "TRANSPARENT", "CONFIRMED"),
        ("off", "TRANSPARENT", "CANCELLED"),
    ]


def test_feed_has_the_uid_and_sequence_of_the_download(client, group, member):
    event = make_event(group=group)
    Event.objects.filter(pk=event.pk).update(sequence=3)
    event.refresh_from_db()
    names = ("uid", "sequence", "dtstamp", "dtstart", "dtend", "organizer", "url")

    [entry] = read(client, make_feed(member)).walk("VEVENT")
    [download] = Calendar.from_ical(event_calendar(event)).walk("VEVENT")

    assert [entry[name].to_ical() if hasattr(entry[name], "to_ical") else entry[name] for name in names] == [
        download[name].to_ical() if hasattr(download[name], "to_ical") else download[name] for name in names
    ]
    assert entry["sequence"] == 3


def test_uid_stays_when_the_portal_and_its_mail_move_to_other_names(client, group, member, coordinator, settings):
    """In the feed, the download and the mail alike (RFC 5545 3.8.4.7): else every calendar would hold it twice."""
    event = make_event(group=group, visibility="public")
    feed, wanted = make_feed(member), f"{event.uid}@cmm-wg"

    for domain in ("old.example.org", "new.example.org"):
        settings.MAIL_DOMAIN, settings.MAIL_FROM = domain, f"CMM-WG <portal@{domain}>"
        mailbox.outbox.clear()
        event.refresh_from_db()
        event.place = f"{domain}, room 1"
        event.save()
        send_trial(actor=coordinator, event=event, paragraph="", once=domain, now=NOW)
        Courier(timezone.now).deliver(seconds=20)
        [message] = mailbox.outbox
        [(_name, attached, _type)] = message.attachments
        files = [
            client.get(address(feed)).text,
            client.get(f"{event.get_absolute_url()}event.ics").text,
            attached if isinstance(attached, str) else attached.decode(),
        ]
        assert [str(Calendar.from_ical(text).walk("VEVENT")[0]["uid"]) for text in files] == [wanted] * 3
        assert all(f"mailto:portal@{domain}" in text for text in files)


def test_feed_holds_nothing_private(client, group, member, chair):
    event = make_event(group=group, online_link=LINK, agenda="zq7 agenda", title="talk")
    make_participation(event=event, member=member, answer="yes")
    make_participation(event=event, member=chair, answer="yes")

    text = client.get(address(make_feed(member))).text

    assert "talk" in text
    assert "zq7" not in text
    assert "ATTENDEE" not in text
    assert chair.name not in text
    assert chair.email not in text


def test_feed_is_a_calendar_by_the_book(client, group, member):
    make_event(group=group, title="Größe; eine, lange " * 10, lead="Zeile\\ 文靜" * 20)
    make_event(group=group, place="")

    text = client.get(address(make_feed(member))).text

    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    head = text.partition("BEGIN:VEVENT")[0].split("\r\n")
    assert sorted(filter(None, head)) == [
        "BEGIN:VCALENDAR",
        "METHOD:PUBLISH",
        "NAME:CMM-WG events",
        "PRODID:-//CMM-WG//Portal//EN",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "VERSION:2.0",
        "X-PUBLISHED-TTL:PT1H",
        "X-WR-CALNAME:CMM-WG events",
    ]
    assert text.endswith("END:VEVENT\r\nEND:VCALENDAR\r\n")
    for entry in Calendar.from_ical(text).walk("VEVENT"):
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "SUMMARY", "ORGANIZER"} <= set(entry)
        assert entry["dtend"].dt > entry["dtstart"].dt
        assert entry["dtstart"].dt.utcoffset() == timedelta(0)
        assert str(entry["organizer"]).startswith("mailto:")


def test_feed_without_events_is_still_a_calendar(client, member):
    assert read(client, make_feed(member)).walk("VEVENT") == []


def test_feed_is_not_sent_twice_until_something_changed(client, group, member):
    event = make_event(group=group)
    part = make_participation(event=event, member=member)
    feed = make_feed(member)

    def ask(tag):
        return client.get(address(feed), headers={"If-None-Match": tag})

    first = client.get(address(feed)).headers["ETag"]
    assert (ask(first).status_code, ask(first).content) == (304, b"")
    part.save_answer(answer="maybe")
    second = ask(first)
    assert second.status_code == 200
    Event.objects.filter(pk=event.pk).update(place="Elsewhere")
    assert ask(second.headers["ETag"]).status_code == 200


def test_feed_is_for_nobody_s_cache_and_no_search_engine(client, member):
    headers = client.get(address(make_feed(member))).headers

    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in headers["Cache-Control"]
    assert headers["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize("status", [Member.Status.SUSPENDED, Member.Status.DEPARTED])
def test_feed_of_who_is_no_member_any_more_is_missing_at_once(client, group, member, status):
    make_event(group=group, visibility="public")
    feed = make_feed(member)
    client.get(address(feed))

    member.become(status)

    missing = client.get("/calendar/x.ics")
    assert (client.get(address(feed)).status_code, client.get(address(feed)).content) == (404, missing.content)


def test_feed_token_of_another_kind_or_altered_opens_nothing(client, group, member):
    feed = make_feed(member)
    part = make_participation(event=make_event(group=group), member=member)

    assert client.get(f"/calendar/{part.token}.ics").status_code == 404
    assert client.get(f"/rsvp/{feed.token}/").status_code == 404
    assert client.get(f"/calendar/{feed.token[:-1]}.ics").status_code == 404
    assert client.post(address(feed)).status_code == 405


@pytest.mark.parametrize("count", [1, 3, 1000])
def test_feed_costs_the_same_whatever_its_length(client, group, member, count):
    events = [Event(group=group, title=f"{n}", slug=f"e{n}", starts_at=NOW, ends_at=NOW + timedelta(hours=1),
                    state="scheduled") for n in range(count)]  # fmt: skip
    Event.objects.bulk_create(events)
    feed = make_feed(member)
    client.get(address(feed))

    with CaptureQueriesContext(connection) as queries:
        response = client.get(address(feed))

    assert response.text.count("BEGIN:VEVENT") == count
    # Without Redis the rate limit counts in the database.
    counting = ("core_cache", "SAVEPOINT")
    assert len([each for each in queries if not any(word in each["sql"] for word in counting)]) == 5


def test_feed_asked_too_often_says_so(client, member, monkeypatch):
    monkeypatch.setattr("apps.events.views.subscribing.RATES", {"calendar": "2/m/ip"})
    feed = make_feed(member)

    assert [client.get(address(feed)).status_code for _number in range(3)] == [200, 200, 429]


def test_feed_token_is_taken_out_of_log_lines(member):
    feed = make_feed(member)

    assert redact(f"GET {address(feed)} 200") == "GET /calendar/••• 200"


def test_feed_is_made_shown_revoked_and_made_anew(client, member):
    client.force_login(member)
    assert "Make my link" in client.get(SETTINGS).text

    client.post(SETTINGS, {"make": "1"})
    first = CalendarFeed.objects.get(member=member)
    page = client.get(SETTINGS).text
    assert f'value="http://testserver/calendar/{first.token}.ics"' in page or f"/calendar/{first.token}.ics" in page
    assert re.search(rf'href="webcal://[^/"]+/calendar/{first.token}\.ics"', page)
    assert client.get(address(first)).status_code == 200

    client.post(SETTINGS, {"make": "1"})
    second = CalendarFeed.objects.get(member=member)
    assert [client.get(address(feed)).status_code for feed in (first, second)] == [404, 200]

    client.post(SETTINGS, {"revoke": "1"})
    client.post(SETTINGS, {"revoke": "1"})
    assert client.get(address(second)).status_code == 404
    assert "/calendar/" not in client.get(SETTINGS).text.replace(SETTINGS, "")
    details = AuditEntry.objects.filter(event=AuditEntry.Event.TOKEN, actor=member).order_by("pk")
    assert list(details.values_list("detail", flat=True)) == ["calendar:made", "calendar:made", "calendar:revoked"]


def test_feed_settings_change_nothing_unless_asked(client, member):
    client.force_login(member)

    client.get(SETTINGS, {"make": "1"})
    client.post(SETTINGS)

    assert not CalendarFeed.objects.exists()


def test_feed_of_others_is_shown_to_nobody(client, member, coordinator):
    feed = make_feed(member)
    client.force_login(coordinator)

    assert feed.token not in client.get(SETTINGS).text
    client.post(SETTINGS, {"revoke": "1"})
    assert client.get(address(feed)).status_code == 200


def test_feed_revoked_since_the_backup_stays_dead(client, member):
    feed = make_feed(member)
    token = feed.token

    def revoke():
        feed.renew_nonce()
        feed.revoked_at = NOW
        feed.save()

    carry_over(revoke)

    assert client.get(f"/calendar/{token}.ics").status_code == 404


def test_feed_made_anew_since_the_backup_still_works(client, member):
    feed = make_feed(member)
    newer = CalendarFeed(pk=feed.pk)

    carry_over(update(feed, nonce=newer.nonce))

    assert client.get(address(newer)).status_code == 200
    assert client.get(address(feed)).status_code == 404


def test_feed_goes_with_its_owner(client, group):
    person = make_member(group=make_group())
    feed = make_feed(person)

    person.delete()

    assert client.get(address(feed)).status_code == 404
