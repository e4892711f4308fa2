"""Every address of the portal: private unless it stands in the list of public ones."""

import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from apps.notifications import outbox
from apps.notifications.models import OutgoingMail
from apps.notifications.recipients import recipient_of
from tests.make import (
    make_circulation,
    make_consultee,
    make_event,
    make_group,
    make_invitation,
    make_legal_text,
    make_participation,
    make_post,
    make_publication,
    make_thread,
    make_topic,
)

# What a stranger may open. Adding an address here is a decision about who may read it.
PUBLIC = {
    "healthz",
    "readyz",
    # Read by everybody.
    "pages:home",
    "pages:about",
    "pages:topics",
    "pages:topic",
    "pages:topic_feed",  # of public things only
    "pages:robots",
    "pages:sitemap",  # public things only
    "pages:sitemap_part",
    "pages:group",  # public groups only
    "pages:search",  # of public things only
    "events:list",  # public events only
    "events:detail",
    "events:calendar",
    "publications:list",  # public ones only
    "publications:feed",
    "publications:oai",
    "publications:detail",
    "publications:bibtex",
    "publications:ris",
    "publications:csl",
    "publications:file",
    "publications:version_file",
    "publications:version",
    "publications:page",
    "publications:page_image",
    "publications:compare",
    "members:legal",
    "members:join",
    "members:joined",
    # Opened by a signed link.
    "members:invitation",
    "events:rsvp",
    "events:feed",
    "pages:news_feed",
    "notifications:unsubscribe",
    # Ways in.
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
    "account_request_login_code",
    "account_confirm_login_code",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
    "socialaccount_signup",
    "admin:jsi18n",  # words of the date picker, nothing else
}

# Values that lead to a real row wherever an address names one.
VALUES = {
    "slug": "known",
    "token": "x",
    "code": "known",
    "kind": "privacy",
    "key": "x",
    "uidb36": "1",
    "object_id": "1",
    "pk": "1",
    "id": "1",
    "content_type_id": "1",
    "app_label": "events",
    "provider_id": "sso",
    "part": "pages",
}


def every_address(resolver=None, namespace="", prefix=""):
    """Yield (name, path with example values) of every view."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + _example(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from every_address(pattern, inner, route)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or pattern.lookup_str}", f"/{route}"


def _example(pattern):
    text = getattr(pattern, "_route", None)
    if text is not None:
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: VALUES.get(found[1], "1"), text)
    return _example_of_expression(pattern.regex.pattern)


def _example_of_expression(text):
    while named := re.search(r"\(\?P<(\w+)>((?:[^()]|\([^()]*\))*)\)", text):
        text = text.replace(named[0], VALUES.get(named[1], "1"))
    text = re.sub(r"\((?:\?:)?([^()|]*)(?:\|[^()]*)?\)\??", r"\1", text)
    return text.replace("^", "").replace(r"\Z", "").replace("$", "").replace("\\", "").replace("?", "")


ADDRESSES = sorted(set(every_address()))
PRIVATE = [(name, path) for name, path in ADDRESSES if name not in PUBLIC]


@pytest.fixture
def rows(db, member):
    """Something real behind the addresses, so that "not found" is not the reason for an answer."""
    group = make_group(slug="known", visibility="members")
    make_topic(slug="known")
    event = make_event(group=group, slug="known", visibility="members")
    make_participation(event=event, member=member)
    paper = make_publication(group=group, slug="known", visibility="members")
    make_consultee(circulation=make_circulation(publication=paper, code="known"), member=member)
    make_post(thread=make_thread(pk=1, group=group, visibility="members"), writer=member)
    make_invitation(group=group)
    make_legal_text()
    outbox.notify("event_reminder", event, [recipient_of(member)], "1")
    return OutgoingMail.objects.get()


def test_public_addresses_all_exist():
    assert {name for name, _path in ADDRESSES} >= PUBLIC


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("who", ["stranger", "suspended"])
def test_private_addresses_send_strangers_to_the_login(client, request, who, method):
    reader = request.getfixturevalue(who)
    if reader:
        client.force_login(reader)

    answers = {(name, path): getattr(client, method)(path) for name, path in PRIVATE}

    assert [address for address, response in answers.items() if not _is_closed(response)] == []


def _is_closed(response):
    if response.status_code in (404, 405):
        return True
    location = response.headers.get("Location", "").partition("?")[0]
    return response.status_code == 302 and location in {"/accounts/login/", "/admin/login/"}


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/about/", 200),
        ("/topics/", 200),
        ("/topics/known/", 200),
        ("/groups/known/", 404),
        ("/events/", 200),
        ("/events/known/", 404),
        ("/events/known/event.ics", 404),
        ("/publications/", 200),
        ("/publications/feed/", 200),
        ("/oai", 200),
        ("/publications/known/", 404),
        ("/publications/known.bib", 404),
        ("/publications/known.ris", 404),
        ("/publications/known.json", 404),
        ("/publications/known/file/", 404),
        ("/rsvp/x/", 404),
        ("/unsubscribe/x/", 404),
        ("/calendar/x.ics", 404),
        ("/accounts/login/", 200),
        ("/privacy/", 200),
        ("/join/", 200),
        ("/join/thanks/", 200),
        ("/healthz", 200),
    ],
)
def test_public_address_answers_a_stranger(client, path, status):
    assert client.get(path).status_code == status


@pytest.mark.usefixtures("rows")
def test_every_address_bears_the_security_headers(client):
    answers = {(name, path): client.get(path) for name, path in ADDRESSES}

    assert [address for address, response in answers.items() if not _is_guarded(response)] == []


def _is_guarded(response):
    policy = response.headers.get("Content-Security-Policy", "unsafe")
    return (
        "unsafe" not in policy
        and "frame-ancestors 'none'" in policy
        and response.headers["X-Content-Type-Options"] == "nosniff"
        and response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    )


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/about/",
        "/topics/",
        "/events/",
        "/events/known/",
        "/publications/",
        "/publications/known/",
        "/discussions/",
        "/discussions/new/",
        "/discussions/1/",
        "/groups/known/",
        "/dashboard/",
        "/members/",
        "/groups/known/members/",
        "/notifications/",
        "/settings/mail/",
        "/settings/calendar/",
        "/settings/discussions/",
        "/settings/profile/",
        "/settings/profile/preview/",
    ],
)
def test_pages_of_a_member_are_kept_nowhere_and_hold_nothing_inline(client, member, path):
    client.force_login(member)

    response = client.get(path)

    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    assert len(re.findall(r"<h1[\s>]", response.text)) == 1
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*(?:\bsrc=|ld\+json))", response.text)
