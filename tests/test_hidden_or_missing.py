"""Whoever may not see a paper, a circulation, a file, a thread or a post can not even learn that it is there: each of
their addresses answers as it does for one that does not exist, whatever is asked of it.
"""

import re
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver, reverse

from apps.discussions import actions
from apps.publications.models import VersionPage
from tests.make import (
    NOW,
    make_circulation,
    make_comment,
    make_consultee,
    make_pdf,
    make_publication,
    make_thread,
    make_version,
)

APPS = ("publications", "discussions")
WHO = ("stranger", "suspended", "other_member", "member")
# What answers alike to everybody, whatever is there.
OPEN = {"publications:list", "publications:feed", "publications:oai", "publications:drafts", "publications:drafts_file"}
OPEN |= {
    "discussions:list",
    "discussions:open",
    "discussions:draft_thread",
    "discussions:reports",
    "discussions:following",
}
CITATIONS = {"bibtex", "ris", "csl"}
# The values in an address that name something.
TELLING = {"slug", "code", "pk"}
HEADERS = ("Location", "Content-Type", "ETag", "Last-Modified", "Allow", "Cache-Control")
_VARIES = re.compile(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|data-request="[^"]*"')


def names():
    """Every address of these apps that stands for one thing."""
    found = {
        f"{app}:{name}"
        for app in APPS
        for name in get_resolver().namespace_dict[app][1].reverse_dict
        if isinstance(name, str)
    }
    return sorted(found - OPEN)


def parameters(name):
    app, _, short = name.partition(":")
    [(_template, wanted), *_others] = get_resolver().namespace_dict[app][1].reverse_dict.getlist(short)[0][0]
    return wanted


@pytest.fixture
def hidden(group, coordinator, chair, time_machine):
    """Values for the addresses: of a draft and its circulation, of a paper that is out, and of a thread, all for the
    coordinators.
    """
    time_machine.move_to(NOW, tick=False)
    paper = make_publication(group=group, state="circulating", slug="hidden-paper", visibility="coordinators")
    for _each in range(2):
        version = make_version(publication=paper)
        image = ContentFile(b"PNG", name="page.png")
        VersionPage.objects.create(version=version, number=1, width=200, height=200, image=image)
    circulation = make_circulation(publication=paper)
    make_consultee(circulation=circulation, member=chair)
    comment = make_comment(circulation=circulation, writer=chair)
    make_publication(group=group, slug="hidden-out", visibility="coordinators")
    thread = make_thread(group=group, visibility="coordinators")
    file = SimpleUploadedFile("paper.pdf", make_pdf())
    post = actions.write_post(actor=chair, thread=thread, text="Look.", upload=file, now=NOW)
    report = actions.report_post(actor=coordinator, post=post, reason="Look at this.", now=NOW)
    things = {"slug": paper.slug, "code": circulation.code, "number": 1, "page": 1, "before": 1, "after": 2}
    of_paper = things | {"pk": comment.pk, "ending": "csv"}
    return {"publications": of_paper, "discussions": {"pk": thread.pk, "number": 1, "report": report.pk}}


def addresses(name, hidden):
    """The address of what is there, and the same of what is not, each with what tells them apart."""
    app, _, short = name.partition(":")
    values = dict(hidden[app])
    nothing = values | {"slug": "no-such-paper", "code": "0" * 16, "pk": uuid4() if app == "publications" else 10**11}
    if short in CITATIONS:
        values["slug"] = "hidden-out"
    if short == "settle_report":
        values["pk"], nothing["pk"] = values["report"], uuid4()
    wanted = parameters(name)
    return [
        (reverse(name, kwargs={each: row[each] for each in wanted}), [str(row[each]) for each in TELLING & {*wanted}])
        for row in (values, nothing)
    ]


def said(client, method, path, marks):
    """All that an answer tells, but for what was asked."""
    answer = getattr(client, method)(path, **({"data": {"text": ""}} if method == "post" else {}))
    headers = [f"{name}: {answer.headers.get(name)}" for name in HEADERS]
    text = "\n".join([*headers, _VARIES.sub("", answer.getvalue().decode("utf-8", "replace"))])
    for mark in marks:
        text = text.replace(mark, "…")
    return answer.status_code, text


@pytest.mark.parametrize("who", WHO)
def test_what_is_hidden_answers_like_what_is_missing(client, request, hidden, who):
    reader = request.getfixturevalue(who)
    if reader:
        client.force_login(reader)

    differing = [
        (method, name)
        for name in names()
        for method in ("get", "post")
        for there, missing in [addresses(name, hidden)]
        if said(client, method, *there) != said(client, method, *missing)
    ]

    assert differing == []


def test_the_same_addresses_are_there_for_those_who_lead(client, hidden, chair):
    """Else the test above would compare what is missing with what is missing."""
    client.force_login(chair)

    statuses = {name: said(client, "get", *addresses(name, hidden)[0])[0] for name in names()}

    assert {name for name, status in statuses.items() if status in {403, 404}} == set()
