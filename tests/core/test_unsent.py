"""A form that comes too late costs nobody their text: after the session ended, or from a page of another session."""

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from lxml import html

pytestmark = pytest.mark.django_db

HERE = {"Origin": "http://testserver"}
IN_PLACE = HERE | {"HX-Request": "true"}
ABOUT = 'I work on registries & <b>units</b>,\r\nand on "both" sides of a transfer.'


@pytest.fixture
def strict():
    return Client(enforce_csrf_checks=True)


def filled_in(browser, member):
    """What the profile's form sends when somebody has written into it."""
    browser.force_login(member)
    form = html.fromstring(browser.get(reverse("members:profile")).content).get_element_by_id("main").forms[0]
    return dict(form.form_values()) | {"about": ABOUT, "time_zone": "UTC", "language": "en"}


def sent_again(browser, page):
    """Press the button of the page that came instead."""
    form = next(
        form for form in html.fromstring(page.content).forms if form.get("action") == reverse("members:profile")
    )
    return browser.post(form.get("action"), dict(form.form_values()), headers=HERE)


def test_text_sent_after_the_session_ended_comes_back_and_is_taken_after_the_login(strict, member):
    form = filled_in(strict, member)
    Session.objects.all().delete()

    page = strict.post(reverse("members:profile"), form, headers=HERE)

    assert page.status_code == 403
    assert "You are signed out" in page.text
    assert "I work on registries &amp; &lt;b&gt;units&lt;/b&gt;,\r\nand on" in page.text
    assert page.headers["Cache-Control"] == "no-store, private"
    strict.force_login(member)
    assert sent_again(strict, page).status_code == 302
    member.refresh_from_db()
    assert member.about == ABOUT.replace("\r\n", "\n")


def test_text_of_an_older_session_comes_back_and_is_taken_at_the_next_press(strict, member):
    form = filled_in(strict, member)
    del strict.cookies["csrf"]  # as a login in another tab replaces it
    strict.get(reverse("members:profile"))

    page = strict.post(reverse("members:profile"), form, headers=HERE)

    assert page.status_code == 403
    assert "Please send this once more" in page.text
    assert "I work on registries &amp; &lt;b&gt;units&lt;/b&gt;,\r\nand on" in page.text
    assert sent_again(strict, page).status_code == 302
    member.refresh_from_db()
    assert member.about == ABOUT.replace("\r\n", "\n")


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_what_another_site_may_have_sent_is_not_shown(strict, member, headers):
    form = filled_in(strict, member)

    stale = strict.post(reverse("members:profile"), form | {"csrfmiddlewaretoken": "x"}, headers=headers)
    signed_out = Client().post(reverse("members:profile"), form, headers=headers)

    assert stale.status_code == 403
    assert "registries" not in stale.text
    assert (signed_out.status_code, signed_out.url.partition("?")[0]) == (302, reverse("account_login"))


@pytest.mark.parametrize("name", ["password", "oldpassword", "code"])
def test_what_proves_who_one_is_is_not_shown(strict, name):
    page = strict.post(
        reverse("account_login"), {"login": "ann@example.org", name: "quite a secret, and a long one too"}, headers=HERE
    )

    assert page.status_code == 403
    assert "quite a secret" not in page.text
    assert "ann@example.org" not in page.text


def test_files_are_not_kept_and_the_page_says_so(client):
    file = SimpleUploadedFile("x.txt", b"x")

    page = client.post(reverse("members:profile"), {"about": ABOUT, "file": file}, headers=HERE)

    assert "Files can not be kept here." in page.text
    assert "I work on registries" in page.text
    assert "Send it again" not in page.text


@pytest.mark.parametrize("text", ["I agree with section 4 as it stands.", "Agreed.", "No", "同意第四节。", "ok so"])
def test_short_text_comes_back_too(client, text):
    page = client.post(reverse("members:profile"), {"revision": "3", "about": text}, headers=HERE)

    assert page.status_code == 403
    assert text in page.text
    assert client.post(reverse("members:profile"), {"about": text}, headers=IN_PLACE).status_code == 403


@pytest.mark.parametrize(
    "press",
    [
        {},
        {"answer": "yes", "next": "/events/?period=past", "row": "1"},
        {"draft": "7", "seen": "2026-11-28T20:00:00+00:00", "about": " ", "opening": "0f" * 16},
        {"drafts": "eyJhIjoxfQ:1abcDE:Xy_z-0123456789Q", "_save": "Save and add another"},
    ],
)
def test_a_press_without_a_text_leads_to_the_login_as_ever(client, press):
    answer = client.post(reverse("members:profile"), press, headers=HERE)
    swapped = client.post(
        reverse("members:profile"),
        press,
        headers=IN_PLACE | {"HX-Current-URL": "http://testserver/events/?period=past"},
    )

    assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=/settings/profile/")
    assert (swapped.status_code, swapped.headers["HX-Redirect"]) == (
        200,
        "/accounts/login/?next=/events/%3Fperiod%3Dpast",
    )
    assert swapped.content == b""


def test_what_is_only_asked_for_in_place_leads_the_whole_page_to_the_login(client):
    answer = client.get(
        reverse("members:profile"), headers={"HX-Request": "true", "HX-Current-URL": "https://evil.example/x"}
    )

    assert answer.headers["HX-Redirect"] == "/accounts/login/?next=/"


def test_text_sent_in_place_stays_there_and_is_taken_at_the_next_press_after_the_login(strict, member):
    form = filled_in(strict, member)
    Session.objects.all().delete()

    signed_out = strict.post(reverse("members:profile"), form, headers=IN_PLACE)
    strict.force_login(member)
    del strict.cookies["csrf"]  # as the login replaces it
    stale = strict.post(reverse("members:profile"), form, headers=IN_PLACE)
    token = stale.headers["X-CSRFToken"]
    taken = strict.post(reverse("members:profile"), form | {"csrfmiddlewaretoken": token}, headers=IN_PLACE)

    for said in (signed_out, stale):
        assert (said.status_code, said.headers["HX-Retarget"]) == (403, "#unsent")
        assert said.headers["Cache-Control"] == "no-store, private"
        assert "registries" not in said.text
    assert "You have been signed out" in signed_out.text
    assert "you have signed in anew" in stale.text
    assert taken.status_code == 302
    member.refresh_from_db()
    assert member.about == ABOUT.replace("\r\n", "\n")


def test_text_for_the_secretariats_screens_comes_back_too(client):
    page = client.post("/admin/events/event/add/", {"agenda": ABOUT, "_save": "Save"}, headers=HERE)

    assert page.status_code == 403
    assert "I work on registries" in page.text
