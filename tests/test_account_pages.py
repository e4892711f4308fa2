"""allauth's pages stand in the portal's look and pass its content security policy."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from apps.core.zones import UTC_ZONE
from tests.make import NOW, PASSWORD

ENTRANCE = [
    "account_login",
    "account_request_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_signup",
]
MANAGE = [
    "account_email",
    "account_change_password",
    "account_logout",
    "mfa_index",
    "mfa_list_webauthn",
    "usersessions_list",
]
AFTER_LOGIN = ["mfa_activate_totp", "mfa_add_webauthn"]


@pytest.fixture
def signed_in(client, member):
    """The member's browser after the login form and one more look at the password."""
    EmailAddress.objects.get_or_create(user=member, email=member.email, defaults={"verified": True, "primary": True})
    client.post(reverse("account_login"), {"login": member.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def assert_is_ours(response):
    html = response.content.decode()
    assert response.status_code == 200
    assert html.count("<h1") == 1
    assert 'class="brand"' in html
    assert not re.search(r"<[^>]*\s(style|on[a-z]+)=", re.sub(r'"[^"]*"', '""', html))
    assert "<style" not in html
    assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", html))
    assert "data:" not in html


@pytest.mark.django_db
@pytest.mark.parametrize("name", ENTRANCE)
def test_entrance_page_is_ours_without_inline_script_or_style(client, name):
    response = client.get(reverse(name))

    assert_is_ours(response)
    assert reverse("account_signup") not in response.content.decode()


@pytest.mark.parametrize("name", MANAGE + AFTER_LOGIN)
def test_account_page_is_ours_without_inline_script_or_style(signed_in, name):
    assert_is_ours(signed_in.get(reverse(name)))


def test_account_page_turns_a_stranger_to_the_login(client, db):
    for name in MANAGE:
        response = client.get(reverse(name))

        assert response.status_code == 302 or name == "account_logout"


def test_login_page_has_the_fields_the_contract_names(client, db):
    html = client.get(reverse("account_login")).content.decode()

    assert {"login", "password"} <= set(re.findall(r'name="(\w+)"', html))


def test_totp_page_draws_the_code_inline(signed_in):
    html = signed_in.get(reverse("mfa_activate_totp")).content.decode()

    assert re.search(r'<div class="qr">\s*<svg [^>]*viewBox="[^"]+"><path', html)


def test_passkey_scripts_carry_the_nonce_of_the_policy(client, db):
    response = client.get(reverse("account_login"))

    nonces = set(re.findall(r'<script src="[^"]*webauthn[^"]*" nonce="([^"]+)"', response.content.decode()))
    assert len(nonces) == 1
    assert f"'nonce-{nonces.pop()}'" in response.headers["Content-Security-Policy"]


def test_sessions_page_marks_only_the_present_one(signed_in, member):
    other = type(signed_in)()
    other.post(reverse("account_login"), {"login": member.email, "password": PASSWORD})
    other.get(reverse("usersessions_list"))

    html = signed_in.get(reverse("usersessions_list")).content.decode()

    assert html.count('<th scope="row">') == 2
    assert html.count("This one") == 1


# The library's own voice, where the portal says "sign in", "second factor", and headings in small letters.
ANOTHER_VOICE = re.compile(
    r"\b(log ?(in|out)|logged|logging|logins?|Sign (In|Out|Up)|[Tt]wo-[Ff]actor|[Tt]hird-[Pp]arty|[Ss]uccessfully"
    r"|[Bb]ad [Tt]oken|reauthenticate|[Dd]eactivate|Are you sure)\b"
)
ALONE = [
    ("account_inactive", {}),
    ("account_reset_password_from_key_done", {}),
    ("account_reset_password_from_key", {"uidb36": "1", "key": "unknown"}),
    ("socialaccount_login_cancelled", {}),
    ("socialaccount_login_error", {}),
]


def words_of(response):
    main = re.search(r"<main.*?</main>", response.content.decode(), re.DOTALL)[0]
    return " ".join(re.sub(r"<script.*?</script>|<[^>]*>", " ", main, flags=re.DOTALL).split())


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "given"), [*((name, {}) for name in ENTRANCE), *ALONE])
def test_entrance_page_speaks_as_the_portal_does(client, name, given):
    words = words_of(client.get(reverse(name, kwargs=given), follow=True))

    assert len(words) > 20
    assert not ANOTHER_VOICE.search(words), words


@pytest.mark.parametrize("name", [*MANAGE, *AFTER_LOGIN, "account_reauthenticate", "mfa_generate_recovery_codes"])
def test_account_page_speaks_as_the_portal_does(signed_in, name):
    words = words_of(signed_in.get(reverse(name), follow=True))

    assert not ANOTHER_VOICE.search(words), words


def test_code_for_signing_in_is_asked_for_in_the_portals_words(client, member):
    page = client.post(reverse("account_request_login_code"), {"email": member.email}, follow=True)

    words = words_of(page)
    assert "Enter the code" in words
    assert f"A code is on its way to {member.email}. It is good for 15 minutes" in words
    assert not ANOTHER_VOICE.search(words), words


def test_account_mail_and_message_speak_as_the_portal_does():
    given = {"code": "AB", "password_reset_url": "https://x", "email": "a@b", "recipient": "a@b"}
    given |= {"timestamp": NOW, "recipient_zone": UTC_ZONE}
    shown = [
        render_to_string(name, given)
        for folder in ("account", "mfa", "usersessions", "socialaccount")
        for name in spoken_in(folder)
    ]

    assert len(shown) > 40
    assert [words for words in shown if ANOTHER_VOICE.search(words)] == []


def spoken_in(folder):
    """The names of our own texts for messages and mails of a part of allauth."""
    root = settings.BASE_DIR / "templates"
    texts = [*(root / folder).glob("messages/*.txt"), *(root / folder).glob("email/*.txt")]
    return sorted(str(path.relative_to(root)) for path in texts if not path.name.startswith(("base_", "address_")))


def test_no_word_for_signing_in_but_the_portals_stands_in_its_guides():
    another = re.compile(r"\b(log ?(in|out)|logged in|logging in|logins?)\b", re.IGNORECASE)
    guides = [settings.BASE_DIR / "README.md", settings.BASE_DIR / "SECURITY-MODEL.md"]
    guides += (settings.BASE_DIR / "apps" / "pages" / "demo" / "legal").glob("*.md")

    found = {guide.name: another.findall(re.sub(r"`[^`]*`", "", guide.read_text())) for guide in guides}

    assert {name: words for name, words in found.items() if words} == {}
