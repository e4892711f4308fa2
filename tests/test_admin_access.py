"""Who may enter the admin: staff, on every screen of every model; what is a record is never changed by hand."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from apps.core.adminbase import PortalAdmin
from apps.core.models import AuditEntry, Heartbeat
from tests.make import NOW

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
READ_ONLY = {
    "core.auditentry",
    "core.heartbeat",
    "members.joinrequest",
    "notifications.announcement",
    "notifications.hold",
    "notifications.outgoingmail",
    "notifications.reminder",
    "publications.consultee",
}


def list_url(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def test_every_screen_builds_on_the_one_policy():
    assert [model._meta.label for model in MODELS if not isinstance(admin.site._registry[model], PortalAdmin)] == []


@pytest.mark.parametrize("who", ["stranger", "suspended"])
def test_no_list_opens_for_a_stranger_who_is_asked_to_sign_in(client, request, db, who):
    person = request.getfixturevalue(who)
    if person:
        client.force_login(person)

    answers = [client.get(url) for url in [reverse("admin:index"), "/admin/nowhere/", *map(list_url, MODELS)]]

    assert {answer.url.partition("?")[0] for answer in answers} == {"/accounts/login/", "/admin/login/"}
    assert client.get("/admin/login/").url.partition("?")[0] == reverse("account_login")
    assert not AuditEntry.objects.filter(event="refused").exists()


@pytest.mark.parametrize("who", ["member", "chair", "observer"])
def test_no_list_opens_for_a_member_who_is_no_staff_and_that_is_on_the_record(client, request, who):
    person = request.getfixturevalue(who)
    client.force_login(person)
    urls = [reverse("admin:index"), reverse("admin:login"), "/admin/nowhere/", *map(list_url, MODELS)]

    assert {client.get(url).status_code for url in urls} == {403}

    entries = AuditEntry.objects.filter(event="refused", actor=person)
    assert entries.count() == len(urls)
    assert entries.filter(detail="admin:members_member_changelist").count() == 1


def test_every_list_opens_for_staff(client, coordinator):
    client.force_login(coordinator)

    assert {client.get(list_url(model)).status_code for model in MODELS} == {200}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
def test_records_are_read_only(rf, coordinator, model):
    request = rf.get("/")
    request.user = coordinator
    screen = admin.site._registry[model]

    is_read_only = not any(
        [
            screen.has_add_permission(request),
            screen.has_change_permission(request),
            screen.has_delete_permission(request),
        ]
    )

    assert is_read_only == (model._meta.label_lower in READ_ONLY)
    assert screen.get_actions(request).get("delete_selected") is None


def test_the_trail_shows_who_did_what_to_which_row(client, coordinator, member):
    AuditEntry.objects.create(event="role", actor=coordinator, detail="staff", about_id=member.pk)
    Heartbeat.strike("mail", NOW)
    client.force_login(coordinator)

    page = client.get(list_url(AuditEntry)).content.decode()

    assert "Cora Coordinator" in page
    assert "staff" in page


@pytest.mark.parametrize(
    ("label", "lookup"),
    [
        ("members.member", "password__startswith=argon2"),
        ("members.invitation", "nonce__startswith=a"),
        ("events.participation", "nonce__startswith=a"),
        ("notifications.outgoingmail", "nonce__startswith=a"),
        ("notifications.outgoingmail", "sealed__isnull=0"),
        ("notifications.outgoingmail", "text_body__contains=code"),
        ("notifications.outgoingmail", "html_body__contains=code"),
    ],
)
def test_what_no_screen_shows_cannot_be_guessed_by_filtering(client, coordinator, label, lookup):
    client.force_login(coordinator)

    assert client.get(f"{list_url(apps.get_model(label))}?{lookup}").status_code == 400
