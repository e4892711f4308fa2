"""Input that is refused at the edge, and answers that must not be kept."""

import gzip
import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIHandler
from django.http import StreamingHttpResponse

from apps.core.middleware import HeadMiddleware
from tests.make import NOW

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("path", ["/healthz?x=%00", "/healthz?%00=x", "/events/%00/", "/healthz?a=1&a=%00"])
def test_nul_in_address_is_refused(client, path):
    answer = client.get(path)

    assert answer.status_code == 400
    assert b"<h1>" in answer.content


@pytest.mark.parametrize(
    "request_parts",
    [
        {"data": {"login": "a\x00b"}},
        {"data": {"a\x00b": "x"}},
        {"data": {"file": SimpleUploadedFile("x.txt", b"\x00 is fine in files"), "name": "\x00"}},
        {"data": json.dumps({"a": ["\x00"]}), "content_type": "application/json"},
        {"data": '{"a": {"\\ud800": 1}}', "content_type": "application/json"},
        {"data": "[" * 100_000, "content_type": "application/json"},
        {"data": "{broken", "content_type": "application/json"},
        {"data": "1" * 5000, "content_type": "application/json"},
    ],
    ids=["value", "name", "multipart", "json", "surrogate", "deep", "broken", "huge number"],
)
def test_bad_input_in_body_is_refused(client, request_parts):
    assert client.post("/accounts/login/", **request_parts).status_code == 400


@pytest.mark.parametrize("path", ["/about/", "/nowhere/", "/healthz?x=%00", "/members/", "/publications/feed/"])
def test_head_is_answered_as_get_without_the_body(rf, path):
    """By the handler itself: the test client drops bodies, as web servers do."""
    handler = WSGIHandler()
    got, head = (handler.get_response(ask(path)) for ask in (rf.get, rf.head))

    assert (head.status_code, head.content) == (got.status_code, b"")
    assert head.headers.get("Content-Length") == got.headers.get("Content-Length")
    assert (got.status_code == 302) == (got.content == b"")


def test_head_of_a_stream_has_no_body(rf):
    answer = HeadMiddleware(lambda _request: StreamingHttpResponse([b"x"]))(rf.head("/"))

    assert b"".join(answer) == b""


def test_nul_in_a_quoted_cookie_or_a_header_is_refused(client):
    assert client.get("/healthz", headers={"cookie": 'session="\\000abc"'}).status_code == 400
    assert client.get("/healthz", headers={"user-agent": "x\x00"}).status_code == 400


def test_nul_inside_a_file_is_no_fault(client):
    answer = client.post("/accounts/login/", {"file": SimpleUploadedFile("x.txt", b"\x00"), "login": "x"})

    assert answer.status_code == 200


@pytest.mark.parametrize("letter", ["a", "ß", "碳", "🌍"])
def test_a_text_of_a_megabyte_in_any_script_is_refused_by_its_field(client, member, letter):
    client.force_login(member)
    text = letter * (1_000_000 // len(letter.encode()))

    answer = client.post("/settings/profile/", urlencode({"about": text}), content_type=FORM)

    assert answer.status_code == 200
    assert "Ensure this value has at most 500 characters" in answer.text
    assert text in answer.text


def test_more_than_can_be_taken_is_said(client):
    big = client.post("/accounts/login/", urlencode({"login": "a" * 5_000_000}), content_type=FORM)
    many = client.post("/accounts/login/", "&".join(f"f{number}=1" for number in range(2000)), content_type=FORM)
    broken = client.post("/accounts/login/", {"login": "a\x00b"})

    assert [answer.status_code for answer in (big, many, broken)] == [400] * 3
    assert ["That is too much at once" in answer.text for answer in (big, many, broken)] == [True, True, False]


def test_odd_but_clean_text_passes(client):
    answer = client.post("/accounts/login/", {"login": "\u202eevil 🌍 ñ\r\n", "password": "x" * 10_000})

    assert answer.status_code == 200


def test_pages_of_signed_in_people_are_never_kept(client, member):
    client.force_login(member)

    answer = client.get("/accounts/password/change/")
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert "Clear-Site-Data" not in answer.headers


def test_logout_clears_the_browser(client, member):
    client.force_login(member)

    answer = client.post("/accounts/logout/")

    assert answer.status_code == 302
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.headers["Cache-Control"] == "no-store, private"


def test_login_that_is_over_leaves_what_the_tab_keeps(client, member, time_machine):
    time_machine.move_to(NOW)
    client.force_login(member)
    client.get("/dashboard/")
    time_machine.move_to(NOW + timedelta(days=15))

    answer = client.get("/dashboard/")

    assert answer.status_code == 302
    assert answer.headers["Clear-Site-Data"] == '"cache"'


def test_pages_behind_secret_links_are_never_kept_and_leave_no_referrer(client):
    answer = client.get("/invitation/not-a-token/")

    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.headers["Referrer-Policy"] == "strict-origin"


def test_a_number_too_large_for_any_column_is_no_fault_of_ours(client, coordinator):
    client.force_login(coordinator)
    huge = "9" * 25

    answers = [
        client.get(f"/admin/events/event/?group={huge}"),
        client.post("/admin/members/member/", {"action": "suspend", "_selected_action": huge}),
        client.post("/admin/members/member/", {"action": "suspend", "_selected_action": "²"}),
        client.post("/settings/profile/", {"name": "Cora", "time_zone": "UTC", "language": "en", "topics": huge}),
    ]

    # SQLite refuses such a number, PostgreSQL finds nothing under it; a fault of ours it is on neither.
    assert [answer.status_code for answer in answers if answer.status_code >= 500] == []


def test_a_stylesheet_is_compressed_in_one_piece(client):
    plain = client.get("/static/portal/portal.css")
    whole = plain.getvalue()

    packed = client.get("/static/portal/portal.css", headers={"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(packed.content) < len(whole) / 3
    assert gzip.decompress(packed.content) == whole
    assert packed.headers["Content-Type"] == plain.headers["Content-Type"]


def test_a_stylesheet_that_is_known_is_not_sent_again(client):
    tag = client.get("/static/portal/portal.css").headers["ETag"]

    answer = client.get("/static/portal/portal.css", headers={"Accept-Encoding": "gzip", "If-None-Match": tag})

    assert (answer.status_code, answer.getvalue()) == (304, b"")
