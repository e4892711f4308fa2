"""Every way into an account, with our user that has no username: allauth's real pages and forms."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core.models import AuditEntry
from apps.members.models import Member
from apps.notifications.delivery import Courier
from apps.notifications.models import OutgoingMail
from tests.make import PASSWORD, make_member

pytestmark = pytest.mark.usefixtures("fresh_rate_limits")

NEW_PASSWORD = "quite another horse"


def sign_in(client, address, password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": address, "password": password, **more})


def is_signed_in(client):
    return client.get(reverse("members:settings")).status_code == 200


def events():
    return list(AuditEntry.objects.order_by("pk").values_list("event", "detail"))


def totp_code(secret):
    return f"{hotp_value(secret, next(yield_hotp_counters_from_time())):06}"


def test_password_opens_whatever_the_capitals_of_the_address(client, member):
    response = sign_in(client, " Member@Example.ORG ")

    assert (response.status_code, response.url) == (302, reverse("pages:dashboard"))
    assert UserSession.objects.get().user == member
    assert events() == [("login", "password")]
    assert AuditEntry.objects.get().actor == member


def test_login_goes_on_within_the_portal_only(member):
    for target, expected in (
        ("/settings/", "/settings/"),
        ("https://evil.example/", reverse("pages:dashboard")),
        ("//evil.example/", reverse("pages:dashboard")),
        ("javascript:alert(1)", reverse("pages:dashboard")),
        ("http://127.0.0.1:9/", reverse("pages:dashboard")),
    ):
        assert sign_in(Client(), member.email, next=target).url == expected


def test_login_begins_a_new_session(client, member):
    client.get(reverse("account_login"))
    client.post(reverse("account_login"), {"login": "x@example.org", "password": "wrong wrong wrong"})
    before = client.session.session_key

    sign_in(client, member.email)

    assert client.session.session_key != before


def test_code_by_mail_signs_in_and_its_mail_lies_sealed(client, member, latest_code, mailoutbox):
    response = client.post(reverse("account_request_login_code"), {"email": "MEMBER@example.org"})
    assert response.url == reverse("account_confirm_login_code")
    code, mail = latest_code(), OutgoingMail.objects.get()
    assert mail.member == member
    assert (mail.subject, mail.text_body, mail.html_body) == ("", "", "")
    assert code.encode() not in bytes(mail.sealed)

    Courier(timezone.now).deliver(seconds=5)
    mail.refresh_from_db()
    assert (mail.state, bytes(mail.sealed)) == ("sent", b"")
    assert code in mailoutbox[0].body
    assert code in mailoutbox[0].alternatives[0].content

    response = client.post(response.url, {"code": code.lower()})
    assert response.url == reverse("pages:dashboard")
    assert is_signed_in(client)
    assert ("login", "code") in events()


def test_wrong_codes_end_the_attempt_and_are_noted(client, member):
    client.post(reverse("account_request_login_code"), {"email": member.email})

    for _try in range(3):
        response = client.post(reverse("account_confirm_login_code"), {"code": "WRONG1"})

    assert response.url == reverse("account_request_login_code")
    assert events() == [("login_failed", "code")] * 3
    assert not is_signed_in(client)


def test_password_reset_uses_our_host_and_works_once(client, member, account_mails):
    client.post(reverse("account_reset_password"), {"email": member.email}, HTTP_HOST="localhost:6666")
    text = account_mails()[0]["text"]
    link = re.search(r"^http://localhost:8000(/accounts/password/reset/key/\S+)$", text, re.MULTILINE)[1]

    page = client.get(link, follow=True)
    response = client.post(page.redirect_chain[-1][0], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    assert response.status_code == 302
    assert ("credential", "password reset") in events()
    assert sign_in(Client(), member.email, NEW_PASSWORD).url == reverse("pages:dashboard")
    again = Client().get(link, follow=True)
    assert "password1" not in again.content.decode()
    assert account_mails()[-1]["subject"] == "Your password was changed"


def test_password_reset_ends_every_session(client, member, account_mails):
    other = Client()
    sign_in(other, member.email)
    client.post(reverse("account_reset_password"), {"email": member.email})
    link = re.search(r"(/accounts/password/reset/key/\S+)", account_mails()[0]["text"])[1]
    page = client.get(link, follow=True)

    client.post(page.redirect_chain[-1][0], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    assert not is_signed_in(other)


def test_reset_link_dies_with_a_suspension(client, member, account_mails):
    client.post(reverse("account_reset_password"), {"email": member.email})
    link = re.search(r"(/accounts/password/reset/key/\S+)", account_mails()[0]["text"])[1]
    member.become(Member.Status.SUSPENDED)

    assert "password1" not in client.get(link, follow=True).content.decode()


def test_password_change_ends_other_sessions_and_tells_the_member(client, member, account_mails):
    other = Client()
    for browser in (client, other):
        sign_in(browser, member.email)

    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
        HTTP_USER_AGENT="<b>Browser</b>",
    )

    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert ("credential", "password changed") in events()
    mail = account_mails()[-1]
    assert mail["subject"] == "Your password was changed"
    assert "Browser: <b>Browser</b>" in mail["text"]
    assert "<b>Browser" not in mail["html"]
    assert re.search(r"When: \w{3} \d+ \w+ \d{4}, \d\d:\d\d UTC", mail["text"])


@pytest.mark.parametrize("weak", ["short", "password1234", "member@example.org", "article-6 portal", "CMM WG 2027!!"])
def test_weak_passwords_are_refused(client, member, weak):
    sign_in(client, member.email)

    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": weak, "password2": weak})

    member.refresh_from_db()
    assert member.check_password(PASSWORD)


def test_address_changes_only_with_the_code_sent_there(client, member, latest_code, account_mails):
    sign_in(client, member.email)

    response = client.post(reverse("account_email"), {"email": "New@Example.org", "action_add": ""})
    assert response.url == reverse("account_email_verification_sent")
    mail = account_mails()[0]["row"]
    assert (mail.member, mail.address) == (None, "new@example.org")
    client.post(response.url, {"code": latest_code()})

    member.refresh_from_db()
    assert member.email == "new@example.org"
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [("new@example.org", True, True)]
    assert ("credential", "address changed") in events()
    notice = account_mails()[-1]
    assert (notice["row"].address, notice["subject"]) == ("member@example.org", "Email Changed")
    assert sign_in(Client(), "new@example.org").url == reverse("pages:dashboard")
    assert sign_in(Client(), "member@example.org").status_code == 200


def test_address_no_mail_server_takes_is_refused_where_it_is_typed(client, member, account_mails):
    sign_in(client, member.email)

    response = client.post(reverse("account_email"), {"email": "ſtaff@example.org", "action_add": ""})

    assert response.status_code == 200
    assert "plain letters only" in response.content.decode()
    assert account_mails() == []


def test_address_of_another_member_can_not_be_taken_and_is_not_given_away(client, member, chair, latest_code):
    sign_in(client, member.email)
    answers = []
    for address in ("nobody@example.org", "Chair@example.org"):
        response = client.post(reverse("account_email"), {"email": address, "action_add": ""})
        page = client.get(response.url).content.decode()
        answers.append((response.status_code, re.sub(r'(value|nonce)="[^"]*"', "", page).replace(address.lower(), "")))

    client.post(reverse("account_email_verification_sent"), {"code": latest_code()})

    assert answers[0][0] == answers[1][0]
    member.refresh_from_db()
    chair.refresh_from_db()
    assert (member.email, chair.email) == ("member@example.org", "chair@example.org")


def test_address_taken_between_code_and_confirmation_stays_with_the_other(client, member, latest_code):
    sign_in(client, member.email)
    response = client.post(reverse("account_email"), {"email": "new@example.org", "action_add": ""})
    Member.objects.bulk_create([Member(email="new@example.org")])

    client.post(response.url, {"code": latest_code()})

    member.refresh_from_db()
    assert member.email == "member@example.org"
    assert client.get(reverse("account_email")).status_code == 200


def test_second_factor_is_set_up_asked_for_and_replaced_by_a_recovery_code(
    client, member, account_mails, django_capture_on_commit_callbacks, time_machine
):
    time_machine.move_to(timezone.now(), tick=False)  # Codes change every 30 seconds.
    sign_in(client, member.email)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'class="code">([A-Z2-7]+)<', page)[1]

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": totp_code(secret)})

    assert Authenticator.objects.filter(user=member, type="totp").exists()
    assert ("credential", "totp added") in events()
    assert account_mails()[-1]["subject"] == "Your authenticator app is on"
    recovery = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()[0]
    time_machine.shift(60)  # No code works twice.
    for code in (totp_code(secret), recovery):
        browser = Client()
        assert sign_in(browser, member.email).url == reverse("mfa_authenticate")
        assert not is_signed_in(browser)
        browser.post(reverse("mfa_authenticate"), {"code": "000000"})
        assert not is_signed_in(browser)
        browser.post(reverse("mfa_authenticate"), {"code": code})
        assert is_signed_in(browser), code
    assert ("login_failed", "second factor") in events()


def test_suspension_while_the_second_factor_is_asked_opens_nothing(client, member, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(member, secret)
    sign_in(client, member.email)
    Member.objects.update(status="suspended", is_active=False)

    response = client.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})

    assert response.url == reverse("account_login")
    assert ("login", "mfa") not in events()
    assert not UserSession.objects.exists()


@pytest.mark.parametrize("name", ["mfa_index", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_view_recovery_codes"])
def test_pages_of_the_second_factor_show(client, member, name):
    sign_in(client, member.email)
    TOTP.activate(member, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(member)

    assert client.get(reverse(name)).status_code == 200


def test_sessions_are_listed_and_others_ended(client, member):
    other = Client(HTTP_USER_AGENT="Other browser")
    for browser in (client, other):
        sign_in(browser, member.email)

    page = client.get(reverse("usersessions_list")).content.decode()
    client.post(reverse("usersessions_list"))

    assert "Other browser" in page
    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_logout_is_noted_and_ends_the_session(client, member):
    sign_in(client, member.email)

    client.post(reverse("account_logout"))

    assert not is_signed_in(client)
    assert events()[-1] == ("logout", "")


def test_signing_up_is_closed(client, db):
    page = client.get(reverse("account_signup")).content.decode()
    client.post(reverse("account_signup"), {"email": "new@example.org", "password1": NEW_PASSWORD})

    assert "By invitation" in page
    assert not Member.objects.exists()


def test_member_made_without_allauths_row_gets_in_all_the_same(client):
    member = make_member("bulk@example.org", password=PASSWORD)
    EmailAddress.objects.all().delete()

    assert sign_in(client, member.email).url == reverse("pages:dashboard")
    assert EmailAddress.objects.get().verified


def test_first_coordinator_made_at_the_command_line_gets_in(client, db):
    Member.objects.create_superuser("First@Example.org", PASSWORD)

    sign_in(client, "first@example.org")

    assert is_signed_in(client)


def test_old_sign_in_must_be_confirmed_before_the_second_factor(client, member, time_machine):
    time_machine.move_to(timezone.now())
    sign_in(client, member.email)
    time_machine.shift(timedelta(minutes=16))

    response = client.get(reverse("mfa_activate_totp"))

    assert response.url.startswith(reverse("account_reauthenticate"))
    response = client.post(response.url, {"password": PASSWORD})
    assert response.url == reverse("mfa_activate_totp")
    assert client.get(response.url).status_code == 200
