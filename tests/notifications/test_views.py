"""Notices, the choice of mail, and unsubscribing from a mail."""

import re
from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone

from apps.core.models import AuditEntry
from apps.notifications import outbox, preferences
from apps.notifications.announcements import announce
from apps.notifications.kinds import optional_kinds
from apps.notifications.models import Notification, OutgoingMail, Preference
from apps.notifications.purge import purge_bodies
from apps.notifications.recipients import Recipient, recipient_of
from tests.make import make_event, make_member, make_participation

NOTICES, READ, MAIL = "/notifications/", "/notifications/read/", "/settings/mail/"
# The form of mail preferences with everything on.
EVERYTHING = {kind.slug: "at_once" for kind in optional_kinds()}


def make_notice(member, event, kind="event_invitation", occasion="1"):
    outbox.notify(kind, event, [recipient_of(member)], occasion)
    return Notification.objects.latest("pk")


def make_reminder_mail(member, event, kind="event_reminder"):
    outbox.notify(kind, event, [recipient_of(member)], "1")
    return OutgoingMail.objects.latest("pk")


def is_on(member, kind="event_reminder"):
    return preferences.cadences_of(member)[kind] == "at_once"


# Notices


@pytest.mark.parametrize("who", ["stranger", "suspended"])
@pytest.mark.parametrize("url", [NOTICES, READ, MAIL])
def test_own_pages_are_closed_to_who_is_no_member(client, request, who, url):
    reader = request.getfixturevalue(who)
    if reader:
        client.force_login(reader)

    assert client.get(url).headers["Location"].startswith("/accounts/login/")
    assert client.post(url).headers["Location"].startswith("/accounts/login/")


def test_notices_are_ones_own_newest_first(client, group, member, chair):
    event, later = make_event(group=group, title="Zq7 first"), make_event(group=group, title="Zq7 second")
    older, newer = make_notice(member, event), make_notice(member, later)
    make_notice(chair, make_event(group=group, title="Zq7 other"))
    client.force_login(member)

    response = client.get(NOTICES)

    assert list(response.context["page_obj"]) == [newer, older]
    assert "Zq7 other" not in response.text
    assert f'href="{event.get_absolute_url()}"' in response.text


def test_notice_of_what_one_may_not_see_any_more_is_gone(client, group, other_group, member):
    hidden, shown = make_event(group=other_group), make_event(group=group)
    make_notice(member, hidden)
    notice = make_notice(member, shown)
    client.force_login(member)

    response = client.get(NOTICES)

    assert list(response.context["page_obj"]) == [notice]
    assert response.context["unread_count"] == 1
    assert '<span class="count">1<span' in response.text


def test_notice_reading_the_list_marks_nothing(client, group, member):
    notice = make_notice(member, make_event(group=group))
    client.force_login(member)

    client.get(NOTICES)
    client.get(READ)

    notice.refresh_from_db()
    assert notice.read_at is None


def test_notices_are_marked_one_by_one_or_all(client, group, member, chair):
    notices = [make_notice(member, make_event(group=group)) for _number in range(3)]
    foreign = make_notice(chair, make_event(group=group))
    client.force_login(member)

    client.post(READ, {"notice": notices[1].pk})
    assert list(Notification.objects.unread().order_by("pk")) == [notices[0], notices[2], foreign]
    client.post(READ)
    assert list(Notification.objects.unread()) == [foreign]


def test_notice_marked_in_place_comes_back_read_with_the_count(client, group, member):
    notice = make_notice(member, make_event(group=group, title="Zq7 first"))
    make_notice(member, make_event(group=group, title="Zq7 second"))
    client.force_login(member)

    page = client.post(READ, {"notice": notice.pk}, headers={"HX-Request": "true"}).text

    notice.refresh_from_db()
    assert notice.read_at is not None
    assert "<html" not in page
    assert "Zq7 first" in page
    assert "Zq7 second" not in page
    assert "Mark as read" not in page
    assert '<span class="count">1<span' in page
    assert "Marked as read. 1 notice is unread." in page


def test_notice_in_place_of_somebody_else_shows_and_marks_nothing(client, group, member, chair):
    foreign = make_notice(chair, make_event(group=group, title="Zq7 other"))
    client.force_login(member)

    page = client.post(READ, {"notice": foreign.pk}, headers={"HX-Request": "true"}).text

    foreign.refresh_from_db()
    assert foreign.read_at is None
    assert "Zq7" not in page
    assert "<li" not in page


@pytest.mark.parametrize("notice", ["x", "-1", "9" * 30, "٣", "1e309"])
def test_notice_that_is_none_marks_nothing(client, group, member, notice):
    mine = make_notice(member, make_event(group=group))
    client.force_login(member)

    assert client.post(READ, {"notice": notice}).status_code == 302
    mine.refresh_from_db()
    assert mine.read_at is None


def test_notice_of_somebody_else_can_not_be_marked(client, group, member, chair):
    foreign = make_notice(chair, make_event(group=group))
    client.force_login(member)

    client.post(READ, {"notice": foreign.pk})

    foreign.refresh_from_db()
    assert foreign.read_at is None


@pytest.mark.parametrize("count", [1, 3, 300])
def test_notices_cost_the_same_whatever_their_number(client, group, member, count, django_assert_max_num_queries):
    for _number in range(count):
        event = make_event(group=group)
        Notification.objects.create(
            member=member,
            kind="event_invitation",
            about_type=ContentType.objects.get_for_model(event),
            about_id=event.pk,
            about_key=str(event.pk),
        )
    client.force_login(member)
    client.get(NOTICES)

    with django_assert_max_num_queries(10) as queries:
        response = client.get(NOTICES)

    assert len(response.context["page_obj"]) == min(count, 50)
    assert len(queries) == 8


MESSAGE = {"title": "Zq7 <b>room", "paragraph": "Come to gate B.\n\nBring zq7 badges."}


def write_to(event, *people):
    for person in people:
        make_participation(event=event, member=person, answer="yes")
    ids = [person.pk for person in people]
    announce("event_message", event, ids, "message:1", made_by=None, **MESSAGE)


def test_notice_of_a_message_holds_the_message(client, group, member):
    event = make_event(group=group)
    write_to(event, member)
    client.force_login(member)

    page = client.get(NOTICES).text

    assert "<summary>Zq7 &lt;b&gt;room</summary>" in page
    assert "<p>Come to gate B.</p>" in page


@pytest.mark.parametrize("visibility", ["group", "members"])
def test_message_is_read_by_those_it_was_sent_to_while_they_take_part(
    client, group, member, chair, other_member, visibility
):
    event = make_event(group=group, visibility=visibility)
    write_to(event, member, other_member)
    make_notice(chair, event, "event_message", "message:1")
    event.participations.filter(member=other_member).update(withdrawn_at=timezone.now(), has_seat=False)

    for person, sees in ((member, True), (chair, False), (other_member, False)):
        client.force_login(person)
        assert ("zq7 badges" in client.get(NOTICES).text) == sees


def test_message_forgotten_with_the_bodies_leaves_the_notice(client, group, member):
    write_to(make_event(group=group), member)
    purge_bodies(timezone.now() + timedelta(days=100))
    client.force_login(member)

    response = client.get(NOTICES)

    assert len(response.context["page_obj"]) == 1
    assert "<details" not in response.text


# Choices


def test_preferences_offer_every_optional_kind_and_say_why_others_stay(client, member):
    client.force_login(member)

    page = client.get(MAIL).text

    assert 'name="event_reminder" value="off"' in page
    assert 'name="event_answer_request" value="off"' in page
    assert 'name="event_cancelled"' not in page
    assert "Cancellation of an event" in page
    assert "Without these you could not sign in" in page


def test_preferences_are_saved(client, member):
    client.force_login(member)

    response = client.post(MAIL, EVERYTHING | {"event_reminder": "off"}, follow=True)

    assert "Saved." in response.text
    assert (is_on(member), is_on(member, "event_answer_request")) == (False, True)
    client.post(MAIL, EVERYTHING)
    assert is_on(member)
    assert Preference.objects.count() == len(EVERYTHING)


@pytest.mark.parametrize("data", [{}, EVERYTHING | {"event_reminder": "never"}])
def test_preferences_wrong_input_saves_nothing(client, member, data):
    client.force_login(member)

    response = client.post(MAIL, data)

    assert response.status_code == 200
    assert "Please mend" in response.text
    assert not Preference.objects.exists()


def test_preferences_take_no_kind_that_is_not_optional(client, member):
    client.force_login(member)

    client.post(MAIL, EVERYTHING | {"event_cancelled": "off"})

    assert set(Preference.objects.values_list("kind", flat=True)) == set(EVERYTHING)


# Unsubscribing


@pytest.fixture
def mail(group, member):
    event = make_event(group=group, title="Zq7 title")
    make_participation(event=event, member=member)
    return make_reminder_mail(member, event)


@pytest.mark.parametrize("method", ["get", "head"])
def test_unsubscribe_opened_by_a_scanner_changes_nothing(client, member, mail, method):
    before = AuditEntry.objects.count()

    response = getattr(client, method)(f"/unsubscribe/{mail.token}/?cadence=off")

    assert response.status_code == 200
    assert is_on(member)
    assert AuditEntry.objects.count() == before


def test_unsubscribe_asks_and_shows_no_more_than_the_kind(client, member, mail):
    page = client.get(f"/unsubscribe/{mail.token}/").text

    assert "No more of these mails?" in page
    assert "Reminder of an event" in page
    assert "Zq7" not in page
    assert member.email not in page
    assert member.name not in page


def test_unsubscribe_by_one_click_without_session_or_csrf(member, mail):
    browser = Client(enforce_csrf_checks=True)

    for _turn in range(2):
        response = browser.post(
            f"/unsubscribe/{mail.token}/", {"List-Unsubscribe": "One-Click"}, headers={"Origin": "null"}
        )
        assert response.status_code == 200
        assert "You get no more of these mails" in response.text
    assert not is_on(member)
    assert is_on(member, "event_answer_request")


def test_unsubscribe_offers_how_to_switch_on_again(client, member, mail):
    url = f"/unsubscribe/{mail.token}/"
    client.post(url)

    assert "Switch on again" in client.get(url).text
    assert "You get these mails again" in client.post(url, {"cadence": "at_once"}).text
    assert is_on(member)


@pytest.mark.parametrize("status", ["suspended", "departed"])
def test_unsubscribe_is_dead_for_who_is_no_member_any_more(client, member, mail, status):
    member.become(status)

    for response in (client.get(f"/unsubscribe/{mail.token}/"), client.post(f"/unsubscribe/{mail.token}/")):
        assert response.status_code == 410
    assert not Preference.objects.exists()


def test_unsubscribe_from_what_can_not_be_switched_off_is_not_found(client, group, member):
    mail = make_reminder_mail(member, make_event(group=group), kind="event_cancelled")

    assert client.post(f"/unsubscribe/{mail.token}/").status_code == 404
    assert not Preference.objects.exists()


def test_unsubscribe_altered_or_foreign_link_is_not_found(client, mail, group, member):
    part = make_participation(event=make_event(group=group), member=make_member())
    swapped = f"{mail.token[:-1]}{'a' if mail.token[-1] != 'a' else 'b'}"

    for token in (swapped, part.token, "x", "1-aaaa" + "b" * 32):
        assert client.post(f"/unsubscribe/{token}/").status_code == 404
    assert not Preference.objects.exists()


def test_unsubscribe_page_stays_out_of_caches_search_engines_and_referrers(client, mail):
    response = client.get(f"/unsubscribe/{mail.token}/")

    assert response.headers["Referrer-Policy"] == "strict-origin"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response.headers["Cache-Control"]


def test_unsubscribe_of_a_bare_address_is_gone(client, group):
    outbox.notify("event_reminder", make_event(group=group), [Recipient("guest@example.net")], "1")
    mail = OutgoingMail.objects.latest("pk")

    assert client.get(f"/unsubscribe/{mail.token}/").status_code == 410
    assert mail.created_at <= timezone.now()


@pytest.mark.parametrize(
    ("page", "leads_to"), [("/dashboard/", "/dashboard/"), ("/notifications/?page=1", "/notifications/?page=1")]
)
def test_notice_marked_without_scripts_leads_back_to_its_page(client, group, member, page, leads_to):
    make_notice(member, make_event(group=group))
    client.force_login(member)
    [where] = re.findall(
        r'<input type="hidden" name="next" value="([^"]*)">\s*<button[^>]*name="notice"', client.get(page).text
    )

    answer = client.post(READ, {"notice": Notification.objects.get().pk, "next": where})
    elsewhere = client.post(READ, {"notice": Notification.objects.get().pk, "next": "https://evil.example/"})

    assert (answer.headers["Location"], elsewhere.headers["Location"]) == (leads_to, NOTICES)
