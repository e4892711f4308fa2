"""Legal texts in the admin: what is in force is read only, a change is a new version."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.members.models import LegalText, Member
from tests.make import make_legal_text


@pytest.fixture
def office(client, coordinator):
    client.force_login(coordinator)
    return client


def change_url(text):
    return reverse("admin:members_legaltext_change", args=[text.pk])


def test_a_published_text_is_only_read(office):
    text = make_legal_text(published_at=timezone.now() - timedelta(days=1))

    page = office.get(change_url(text))
    answer = office.post(change_url(text), {"kind": "privacy", "body": "Other"})

    assert 'name="_save"' not in page.content.decode()
    assert answer.status_code == 403
    assert LegalText.objects.get().body == "We keep what we need."


def test_a_new_version_begins_with_the_text_of_the_old_one(office):
    text = make_legal_text(body="Old words.", published_at=timezone.now() - timedelta(days=1))
    add_url = f"{reverse('admin:members_legaltext_add')}?from={text.pk}"
    assert add_url in office.get(change_url(text)).content.decode()

    page = office.get(add_url)
    office.post(add_url, {"kind": "privacy", "body": "New words."})

    assert "Old words." in page.content.decode()
    assert list(LegalText.objects.order_by("version").values_list("version", "body")) == [
        (1, "Old words."),
        (2, "New words."),
    ]


def test_the_same_form_sent_twice_makes_one_version(office):
    sent = {"kind": "privacy", "body": "New words.\r\nAnd more."}

    office.post(reverse("admin:members_legaltext_add"), sent)
    again = office.post(reverse("admin:members_legaltext_add"), sent)

    assert again.context["adminform"].form.non_field_errors() == ["The newest version, 1, says the same."]
    assert "New words." in again.content.decode()
    assert LegalText.objects.count() == 1
    office.post(reverse("admin:members_legaltext_add"), {**sent, "kind": "imprint"})
    assert LegalText.objects.count() == 2


def test_a_draft_is_changed_and_published(office):
    draft = make_legal_text(published_at=None)

    data = {"kind": "privacy", "body": "Better.", "published_at_0": "2026-01-01", "published_at_1": "09:00"}
    office.post(change_url(draft), data)

    draft.refresh_from_db()
    assert draft.body == "Better."
    assert LegalText.objects.in_force("privacy", timezone.now()) == draft


@pytest.mark.parametrize("wanted", ["0", "x", "", "99999999999999999999999999"])
def test_an_unknown_earlier_version_gives_an_empty_form(office, wanted):
    assert office.get(f"{reverse('admin:members_legaltext_add')}?from={wanted}").status_code == 200


def test_texts_are_never_deleted(office):
    text = make_legal_text()

    assert office.post(reverse("admin:members_legaltext_delete", args=[text.pk]), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("who", ["stranger", "member", "chair"])
def test_the_screen_is_closed_to_everyone_but_staff(client, request, db, who):
    text = make_legal_text()
    person = request.getfixturevalue(who)
    if person:
        client.force_login(person)

    assert client.get(change_url(text)).status_code == (302 if who == "stranger" else 403)


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31"])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Bogota"])
def test_text_is_published_on_a_day_that_every_zone_knows(office, coordinator, day, zone):
    """The first and the last of all days are none elsewhere: /privacy/ and the list of texts failed there."""
    Member.objects.filter(pk=coordinator.pk).update(time_zone=zone)
    sent = {"kind": "privacy", "body": "New.", "published_at_0": day, "published_at_1": "12:00"}

    answer = office.post(reverse("admin:members_legaltext_add"), sent)

    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors == {"published_at": ["Enter a date between 2000 and 2099."]}
    assert not LegalText.objects.exists()
