"""The pages for requests that cannot be answered, each with every security header."""

import pytest
from django.db import OperationalError, connection
from django.urls import reverse

from apps.core import errors
from apps.core.models import AuditEntry

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def break_database(execute, sql, params, many, context):
    raise OperationalError("the database system is shutting down")


def check_headers(answer):
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Permissions-Policy"]


@pytest.mark.django_db
def test_a_static_file_may_do_nothing_when_it_is_opened_by_itself(client):
    answer = client.get("/static/portal/mark.svg")

    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["Permissions-Policy"]
    assert "Permissions-Policy" not in client.get("/static/portal/portal.css").headers


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing-here/", 404),
        ("/healthz?x=%00", 400),
        ("/accounts/login/", 200),
        ("/accounts/password/reset/", 200),
        ("/admin/", 302),
        ("/static/missing.css", 404),
    ],
)
def test_every_answer_to_a_stranger_has_the_headers(client, path, status):
    answer = client.get(path)

    answer.close()  # a static file is open until then
    assert answer.status_code == status
    check_headers(answer)


@pytest.mark.django_db
def test_every_answer_to_staff_has_the_headers(client, coordinator):
    client.force_login(coordinator)

    for path in ("/admin/", reverse("pages:dashboard"), "/accounts/password/change/", "/nothing-here/"):
        check_headers(client.get(path))


@pytest.mark.django_db
def test_foreign_host_gets_a_plain_400(client):
    answer = client.get("/accounts/login/", headers={"host": "evil.example"})

    assert answer.status_code == 400
    assert b"evil.example" not in answer.content
    check_headers(answer)


@pytest.mark.django_db
def test_missing_page_is_404_for_strangers_and_members_alike(client, member):
    assert client.get("/nothing-here/").status_code == 404

    client.force_login(member)
    answer = client.get("/nothing-here/")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store, private"


def test_broken_view_gives_a_500_that_needs_no_database(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr(errors.loader, "render_to_string", errors.loader.render_to_string)
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", lambda self: 1 / 0)
    client.cookies["session"] = "x" * 32

    answer = client.get("/accounts/login/")

    assert answer.status_code == 500
    assert b"ZeroDivision" not in answer.content
    assert answer.headers["Cache-Control"] == "no-store, private"
    check_headers(answer)


def test_broken_template_of_the_500_page_still_gives_a_page(rf, monkeypatch):
    monkeypatch.setattr(errors.loader, "render_to_string", lambda name: 1 / 0)

    answer = errors.server_error(rf.get("/"))

    assert answer.status_code == 500
    assert b"<h1>500</h1>" in answer.content


@pytest.mark.django_db
def test_dead_database_gives_503_with_retry_after(client, member):
    client.raise_request_exception = False
    client.force_login(member)

    with connection.execute_wrapper(break_database):
        answer = client.get("/accounts/password/change/")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    check_headers(answer)


@pytest.mark.django_db
def test_forged_form_gets_403_and_changes_nothing(member):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(member)

    answer = strict.post("/accounts/logout/")

    assert answer.status_code == 403
    assert "_auth_user_id" in strict.session
    check_headers(answer)


@pytest.mark.django_db
def test_refusal_is_written_to_the_audit_trail(rf, member):
    request = rf.get("/")
    request.user = member
    request.session = {}

    assert errors.permission_denied(request).status_code == 403
    entry = AuditEntry.objects.get()
    assert (entry.event, entry.actor_id) == (AuditEntry.Event.REFUSED, member.pk)
