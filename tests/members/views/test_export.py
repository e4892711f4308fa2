import json
from datetime import timedelta
from urllib.parse import unquote

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from apps.core.models import AuditEntry
from apps.discussions.models import Subscription
from apps.events.models import Event
from apps.members import actions, export
from apps.members.models import Consent, Group, Invitation, Member, Membership
from apps.notifications import outbox
from apps.notifications.models import OutgoingMail, Preference, Suppression
from apps.notifications.recipients import recipient_of
from tests.make import (
    NOW,
    PASSWORD,
    make_circulation,
    make_consultee,
    make_event,
    make_invitation,
    make_legal_text,
    make_member,
    make_membership,
    make_participation,
    make_publication,
    make_thread,
)

pytestmark = pytest.mark.usefixtures("fresh_rate_limits")

URL = "/settings/data/"
CANARY = "zq7-somebody-else"


def sign_in(client, member):
    client.post(reverse("account_login"), {"login": member.email, "password": PASSWORD})


def relations_to_members():
    """Every field of any table that points to a member, as ``app.model.field``."""
    return {
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_models()
        for field in (*model._meta.fields, *model._meta.many_to_many)
        if field.related_model is Member or (model is Member and field.many_to_many)
    }


def test_every_relation_to_a_member_is_exported_or_exempt_with_a_reason():
    missing = relations_to_members() - export.settled_labels()

    assert missing == set()
    assert all(len(reason) > 20 for reason in export._exempt.values())


def test_no_label_outlives_its_relation():
    known = relations_to_members() | {
        "members.member",
        "members.joinrequest.address",
        "notifications.outgoingmail.address",
        "core.auditentry.about",
    }

    assert export.settled_labels() - known == set()


def test_export_holds_what_is_the_members_own_and_nothing_else(client, member, group, now):
    other = make_member(f"{CANARY}@example.org", name=CANARY, group=group)
    Consent.objects.create(member=member, text=make_legal_text(), given_at=now)
    Preference.objects.create(member=member, kind="event_reminder", cadence="off")
    Suppression.objects.create(address=f"{CANARY}@example.com", made_by=member)
    make_invitation(group=group, address=f"{CANARY}@example.net", invited_by=member, name=CANARY)
    mine = make_invitation(group=group, address=member.email, accepted_by=member, state="accepted")
    event = make_event(group=group)
    for person in (member, other):
        make_participation(event=event, member=person, answer="yes", invited_by=other)
        outbox.notify("event_message", mine, [recipient_of(person)], person.name)
    TOTP.activate(other, "JBSWY3DPEHPK3PXP")
    sign_in(client, member)

    response = client.post(URL)

    content = json.loads(response.content)
    assert response.headers["Content-Disposition"] == 'attachment; filename="cmm-wg-my-data.json"'
    assert "no-store" in response.headers["Cache-Control"]
    assert content["members.member"]["email"] == member.email
    assert [row["group__name"] for row in content["members.membership.member"]] == [group.name]
    assert [row["text__version"] for row in content["members.consent.member"]] == [1]
    assert [row["address"] for row in content["members.invitation.accepted_by"]] == [member.email]
    assert [row["kind"] for row in content["notifications.outgoingmail.member"]] == ["event_message"]
    assert [row["answer"] for row in content["events.participation.member"]] == ["yes"]
    assert [row["email"] for row in content["account.emailaddress.user"]] == [member.email]
    assert [row["event"] for row in content["core.auditentry.actor"]] == ["login"]
    assert len(content["usersessions.usersession.user"]) == 1
    assert "argon2" not in response.content.decode()
    assert CANARY not in response.content.decode()
    assert EmailAddress.objects.count() == 2
    assert Invitation.objects.count() == 2


def test_export_holds_what_others_did_with_the_account_without_who(client, coordinator, member, other_member):
    actions.end_sessions(actor=coordinator, member=member)
    actions.end_sessions(actor=coordinator, member=other_member)
    client.post(reverse("account_login"), {"login": member.email, "password": "wrong wrong wrong"})
    sign_in(client, member)

    content = json.loads(client.post(URL).content)

    about = [(row["event"], row["detail"]) for row in content["core.auditentry.about"]]
    assert about == [("status", "sessions ended"), ("login_failed", "password")]
    assert all(set(row) == {"at", "event", "detail"} for row in content["core.auditentry.about"])


def test_export_holds_mails_to_the_bare_address(client, member, group):
    before = make_invitation(group=group, address=member.email)
    once = make_invitation(group=group, address="once@example.net", accepted_by=member, state="accepted")
    others = make_invitation(group=group, address=f"{CANARY}@example.net")
    for invitation in (before, once, others):
        outbox.notify("invitation", invitation, [invitation.mail_recipient("")], "round:1")
    OutgoingMail.objects.update(created_at=member.created_at - timedelta(days=1))
    # The mailbox of old is somebody else's by now.
    outbox.notify("invitation_follow_up", once, [once.mail_recipient("")], "x")
    sign_in(client, member)

    response = client.post(URL)

    mails = json.loads(response.content)["notifications.outgoingmail.address"]
    assert [row["kind"] for row in mails] == ["invitation", "invitation"]
    assert CANARY not in response.content.decode()


def test_export_holds_the_subjects_of_those_mails_alone_that_came(client, member, group):
    event = make_event(group=group)
    for occasion, state in (("a", "sent"), ("b", "suppressed"), ("c", "queued")):
        outbox.notify("event_invitation", event, [recipient_of(member)], occasion)
        OutgoingMail.objects.filter(occasion=occasion).update(state=state, subject=f"{state} {event}")
    sign_in(client, member)

    mails = json.loads(client.post(URL).content)["notifications.outgoingmail.member"]

    assert {row["state"]: row["subject"] for row in mails} == {
        "sent": f"sent {event}",
        "suppressed": "",
        "queued": "",
    }


def test_export_holds_the_profile_with_what_is_shown_to_whom(client, member):
    Member.objects.filter(pk=member.pk).update(
        phone="+99 123456", about="Mangroves.", shows_about=False, is_listed=False
    )
    sign_in(client, member)

    content = json.loads(client.post(URL).content)["members.member"]

    assert (content["phone"], content["about"], content["is_listed"]) == ("+99 123456", "Mangroves.", False)
    assert content["shown_to_members"] == ["organisation", "position", "country", "topics", "groups"]


def test_export_names_no_group_and_no_event_the_member_does_not_see_any_more(member, group, other_group):
    """Renamed since: who has left learns nothing new from what is their own."""
    event = make_event(group=group)
    make_participation(event=event, member=member, via_group=group)
    asked = make_circulation(publication=make_publication(group=group, state="circulating"))
    make_consultee(circulation=asked, member=member, via_group=group)
    make_invitation(group=group, accepted_by=member, state="accepted")
    thread = make_thread(group=group, opener=member, visibility="members")
    for thing in ({"group": group}, {"thread": thread}):
        Subscription.objects.create(member=member, level="all", **thing)
    Group.objects.filter(pk=group.pk).update(name=CANARY, visibility="group")
    Event.objects.filter(pk=event.pk).update(title=f"{CANARY}-event")
    assert json.dumps(export.collect(member), default=str).count(CANARY) == 8

    Membership.objects.filter(member=member).update(ended_on=NOW.date())
    make_membership(group=other_group, member=member)
    content = export.collect(Member.objects.get(pk=member.pk))

    unseen = "A group you do not see any more"
    assert CANARY not in json.dumps(content, default=str)
    assert [row["group__name"] for row in content["members.membership.member"]] == [unseen, other_group.name]
    assert content["members.group.members"] == [other_group.name]
    [invited] = content["events.participation.member"]
    assert (invited["event__title"], invited["event__starts_at"]) == ("An event you do not see any more", None)
    assert (invited["via_group__name"], invited["answer"]) == (unseen, "")
    assert [row["via_group__name"] for row in content["publications.consultee.member"]] == [unseen]
    assert [row["group__name"] for row in content["discussions.thread.opener"]] == [unseen]
    assert [row["group__name"] for row in content["discussions.subscription.member"]] == [unseen, None]


def test_export_is_on_the_record(client, member):
    sign_in(client, member)

    client.post(URL)

    entry = AuditEntry.objects.get(event="export")
    assert (entry.actor, entry.about_id) == (member, member.pk)


def test_export_never_holds_the_secret_of_a_second_factor(client, member):
    sign_in(client, member)
    TOTP.activate(member, "JBSWY3DPEHPK3PXP")

    content = client.post(URL).content.decode()

    assert '"type": "totp"' in content
    assert "JBSWY3DPEHPK3PXP" not in content


def test_export_asks_for_a_fresh_proof_and_then_goes_on(client, member, time_machine):
    time_machine.move_to(timezone.now())
    sign_in(client, member)
    time_machine.shift(timedelta(minutes=16))
    assert client.get(URL).status_code == 200

    response = client.post(URL)
    assert unquote(response.url) == f"{reverse('account_reauthenticate')}?next={URL}"
    assert not AuditEntry.objects.filter(event="export").exists()
    response = client.post(response.url, {"password": PASSWORD})

    assert json.loads(response.content)["members.member"]["id"] == member.pk


def test_reading_the_page_exports_nothing(client, member):
    sign_in(client, member)

    client.get(URL)

    assert not AuditEntry.objects.filter(event="export").exists()


def test_export_takes_as_many_queries_for_much_as_for_little(client, member, group, django_assert_max_num_queries):
    sign_in(client, member)
    for number in range(3):
        outbox.notify("event_message", group, [recipient_of(member)], str(number))

    with django_assert_max_num_queries(len(export.settled_labels()) + 8):
        client.post(URL)
