import re

import pytest
from django.urls import reverse

from apps.core.models import AuditEntry
from apps.members.models import LegalText, Member
from apps.members.permissions import Personal
from tests.make import make_legal_text, make_organisation, make_topic

PAGES = ["members:settings", "members:profile", "members:preview", "members:export", "members:confirm"]
PROFILE = {"name": "Mina", "time_zone": "Pacific/Apia", "language": "en", "organisation": "Institute", "country": "WS"}


@pytest.mark.parametrize("name", PAGES)
def test_settings_are_for_members(client, db, name):
    response = client.get(reverse(name))

    assert (response.status_code, response.url.partition("?")[0]) == (302, reverse("account_login"))


@pytest.mark.parametrize("name", PAGES)
def test_settings_pages_show_to_members_in_few_queries(client, member, name, django_assert_max_num_queries):
    client.force_login(member)
    for _number in range(3):
        make_organisation()
        make_topic()
    page = client.get(reverse(name))
    if page.status_code == 302:
        assert page.url == reverse("account_reauthenticate")
        return

    with django_assert_max_num_queries(10):
        response = client.get(reverse(name))

    assert response.status_code == 200
    assert response.content.decode().count("<h1") == 1


def test_settings_link_to_every_part(client, member):
    client.force_login(member)

    html = client.get(reverse("members:settings")).content.decode()

    for name in (
        "members:profile",
        "notifications:preferences",
        "account_email",
        "account_change_password",
        "mfa_index",
        "usersessions_list",
        "members:export",
    ):
        assert f'href="{reverse(name)}"' in html


def test_profile_saves_what_was_typed(client, member):
    topic = make_topic()
    client.force_login(member)

    response = client.post(reverse("members:profile"), {**PROFILE, "topics": [topic.pk], "hides_participation": "on"})

    assert response.url == reverse("members:profile")
    member.refresh_from_db()
    assert (member.name, str(member.time_zone), str(member.country)) == ("Mina", "Pacific/Apia", "WS")
    assert (member.organisation.name, member.hides_participation) == ("Institute", True)
    assert list(member.topics.all()) == [topic]


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("name", "", "required"),
        ("name", "a\u202eb", "hidden characters"),
        ("name", "x" * 1_000_000, "at most 150"),
        ("position", "a\r\nBcc: b", "on one line"),
        ("organisation", "x" * 201, "at most 200"),
        ("organisation", "a\x0bb", "on one line"),
        ("time_zone", "Mars/Olympus", "valid choice"),
        ("language", "tlh", "valid choice"),
        ("country", "XX", "valid choice"),
        ("phone", "call me", "with its country code"),
        ("phone", "+49", "with its country code"),
        ("phone", "+49 30 123456\nBcc", "on one line"),
        ("phone", "1" * 41, "at most 40"),
        ("about", "x" * 501, "at most 500"),
        ("shown", "password", "valid choice"),
        ("topics", "999", "valid choice"),
    ],
)
def test_profile_refuses_bad_input_with_a_sentence_and_keeps_the_rest(client, member, field, text, sentence):
    client.force_login(member)

    response = client.post(reverse("members:profile"), {**PROFILE, "position": "Head of Samples", field: text})

    html = response.content.decode()
    assert response.status_code == 200
    assert sentence in html
    assert field == "position" or 'value="Head of Samples"' in html
    member.refresh_from_db()
    assert member.name == "Mina Member"


@pytest.mark.parametrize(
    "phone", ["+49 30 123456", "(030) 12 34-56", "+685 20 123 x45", "030/123456", "+٩٦٦ ٥٠ ١٢٣ ٤٥٦٧", ""]
)
def test_profile_takes_telephone_numbers_as_people_write_them(client, member, phone):
    client.force_login(member)

    client.post(reverse("members:profile"), {**PROFILE, "phone": phone})

    member.refresh_from_db()
    assert (member.phone, member.name) == (phone, "Mina")


def test_profile_counts_a_line_break_of_the_text_once(client, member):
    client.force_login(member)

    client.post(reverse("members:profile"), {**PROFILE, "about": "a\r\n" * 249 + "ab"})

    member.refresh_from_db()
    assert (member.name, len(member.about)) == ("Mina", 500)


def test_profile_saves_what_others_see(client, member):
    client.force_login(member)
    assert client.get(reverse("members:profile")).context["form"]["shown"].value() == member.shown_fields()

    client.post(reverse("members:profile"), {**PROFILE, "shown": ["email", "groups"], "is_listed": "on"})

    member.refresh_from_db()
    assert member.shown_fields() == [Personal.GROUPS, Personal.EMAIL]
    assert member.is_listed


def test_profile_sent_without_choices_shows_nothing(client, member):
    client.force_login(member)

    client.post(reverse("members:profile"), PROFILE)

    member.refresh_from_db()
    assert (member.shown_fields(), member.is_listed) == ([], False)


def test_profile_with_nul_is_turned_away_at_the_edge(client, member):
    client.force_login(member)

    assert client.post(reverse("members:profile"), {**PROFILE, "name": "a\x00b"}).status_code == 400


def test_profile_takes_any_script_and_emoji(client, member):
    client.force_login(member)

    client.post(reverse("members:profile"), {**PROFILE, "name": "عائشة 🌍"})

    member.refresh_from_db()
    assert member.name == "عائشة 🌍"


def test_profile_can_not_be_used_to_rise(client, member):
    client.force_login(member)

    forged = {
        "is_staff": "on",
        "is_superuser": "on",
        "status": "active",
        "email": "x@example.org",
        "member": "1",
        "shows_email": "on",
    }
    client.post(reverse("members:profile"), {**PROFILE, **forged})

    member.refresh_from_db()
    assert (member.is_staff, member.is_superuser, member.email) == (False, False, "member@example.org")
    assert not member.shows_email


def test_refused_profile_does_not_change_the_name_in_the_head(client, member):
    client.force_login(member)

    response = client.post(reverse("members:profile"), {**PROFILE, "name": "Somebody", "language": "tlh"})

    assert "<bdi>Mina Member</bdi>" in response.content.decode()


def test_time_zones_are_grouped_by_region_with_their_offset(client, member):
    Member.objects.filter(pk=member.pk).update(time_zone="US/Eastern")
    client.force_login(member)

    html = client.get(reverse("members:profile")).content.decode()

    assert '<optgroup label="Pacific">' in html
    assert re.search(r'<option value="Pacific/Apia">Apia \(UTC\+13\)</option>', html)
    assert re.search(r'<option value="US/Eastern" selected>', html)
    assert 'value="Asia/Calcutta"' not in html


@pytest.mark.parametrize("kind", LegalText.Kind.values)
def test_legal_texts_are_public_with_and_without_a_version(client, db, kind, now):
    url = reverse("members:legal", args=[kind])
    assert url == f"/{kind}/"

    empty = client.get(url)
    make_legal_text(kind=kind, body="Old words.")
    make_legal_text(kind=kind, body="New **words** <script>alert(1)</script>.")
    make_legal_text(kind=kind, body="Not yet.", published_at=None)
    shown = client.get(url).content.decode()

    assert empty.status_code == 200
    assert "not been published" in empty.content.decode()
    assert "<strong>words</strong>" in shown
    assert "<script>alert" not in shown
    assert "Version 2" in shown


@pytest.mark.parametrize(("kind", "is_named"), [("accessibility", True), ("privacy", False), ("imprint", False)])
def test_accessibility_statement_names_a_way_to_write_to_us(client, db, settings, kind, is_named):
    settings.MAIL_REPLY_TO = "Secretariat <help@example.org>"

    page = client.get(reverse("members:legal", args=[kind])).text

    assert ('href="mailto:help@example.org?subject=Accessibility"' in page) == is_named


def test_unknown_legal_text_is_a_404(client, db):
    assert client.get("/terms/").status_code == 404
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("path", "zone", "offers"),
    [("/settings/profile/?first", "UTC", True), ("/settings/profile/", "UTC", False),
     ("/settings/profile/?first", "Europe/Berlin", False)],
)  # fmt: skip
def test_new_member_is_offered_the_time_zone_of_the_browser(client, member, path, zone, offers):
    member.time_zone = zone
    member.save()
    client.force_login(member)

    assert ("data-browser-zone" in client.get(path).text) == offers
