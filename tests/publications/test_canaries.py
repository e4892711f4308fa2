"""A word for each draft, comment, person and resolution, looked for wherever it must not be, before and after changes
of the circulation and of the paper itself.

Each reader opens every page, feed and file that a circulation has, and the admin where they may.
"""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail as mailbox
from django.utils import timezone

from apps.core.models import AuditEntry
from apps.notifications.delivery import Courier
from apps.notifications.models import OutgoingMail
from apps.publications import actions
from apps.publications.models import Circulation, Comment, DraftComment, Publication, Version
from tests.journeys.matrices import parts_of
from tests.make import (
    NOW,
    make_circulation,
    make_consultee,
    make_member,
    make_organisation,
    make_publication,
    make_version,
)

pytestmark = pytest.mark.usefixtures("frozen")

TOMORROW = NOW + timedelta(days=1)


@dataclass
class World:
    circulation: Circulation
    writer: object
    readers: dict = field(default_factory=dict)

    def addresses(self):
        base = self.circulation.get_absolute_url()
        paths = ["", "comments/", "comments/send/", "resolution/"]
        files = [f"matrix.{ending}{edition}" for ending in ("csv",) for edition in ("", "?edition=public")]
        ids = [f"resolution/{comment.pk}/" for comment in self.circulation.comments.all()]
        admin = "/admin/publications/"
        return [
            *(f"{base}{path}" for path in (*paths, *files, *ids)),
            f"/publications/{self.circulation.publication.slug}/",
            *self._version_addresses(),
            "/publications/",
            "/publications/feed/",
            "/publications/?show=drafts",
            "/search/?q=zq7",
            "/dashboard/",
            "/notifications/",
            "/settings/drafts/",
            "/settings/drafts/drafts.csv",
            "/sitemap.xml",
            "/oai?verb=ListRecords&metadataPrefix=oai_dc",
            "/admin/",
            f"{admin}circulation/",
            f"{admin}circulation/{self.circulation.pk}/change/",
            f"{admin}consultee/?circulation__id__exact={self.circulation.pk}",
            f"{admin}publication/{self.circulation.publication_id}/change/",
            f"{admin}publication/{self.circulation.publication_id}/history/",
            "/admin/core/auditentry/",
            "/admin/notifications/outgoingmail/",
        ]

    def _version_addresses(self):
        paper = self.circulation.publication
        numbers = sorted(paper.versions.values_list("number", flat=True))
        versions = f"/publications/{paper.slug}/versions/"
        pages = [f"{versions}{number}/pages/1/" for number in numbers]
        return [*pages, *(f"{versions}{number}/compare/{number + 1}/" for number in numbers[:-1])]

    def found(self, client, word):
        """Who finds the word anywhere."""
        return self.found_each(client, word)[word]

    def found_each(self, client, *words):
        """Return {word: who finds it anywhere}."""
        found = {word: set() for word in words}
        for who, reader in self.readers.items():
            text = self._text_for(client, reader)
            for word in words:
                if word in text:
                    found[word].add(who)
        return found

    def _text_for(self, client, reader):
        client.logout()
        if reader:
            client.force_login(reader)
        return "\n".join(client.get(path).getvalue().decode("utf-8", "replace") for path in self.addresses())


@pytest.fixture
def world(group, coordinator, chair, member, other_member):
    paper = make_publication(group=group, state="circulating", visibility="group", slug="letters")
    circulation = make_circulation(publication=paper, seen_by="leads")
    writer = make_member(name="zq7-person", organisation=make_organisation(name="zq7-house", stakeholder_group="ngo"))
    peer = make_member(name="Peer")
    for person in (writer, peer):
        make_consultee(circulation=circulation, member=person)
    readers = {
        "writer": writer,
        "peer": peer,
        "chair": chair,
        "coordinator": coordinator,
        "member": member,
        "other": other_member,
        "stranger": None,
    }
    return World(circulation, writer, readers)


def write(world, text, **fields):
    actions.save_draft(actor=world.writer, circulation=world.circulation, text={"comment": text, **fields})


def send(world, attribution="none"):
    return actions.send_drafts(actor=world.writer, circulation=world.circulation, attribution=attribution, now=NOW)


def test_draft_is_its_writers_alone_in_every_state(client, world):
    write(world, "zq7-draft")

    for state in ("open", "closed", "cancelled"):
        Circulation.objects.update(state=state)
        assert world.found(client, "zq7-draft") == {"writer"}
    world.circulation.consultees.update(removed_at=NOW)
    assert world.found(client, "zq7-draft") == {"writer"}


def test_comment_is_for_the_leads_from_tomorrow_and_for_others_as_the_circulation_says(client, world, moving_clock):
    write(world, "zq7-comment")
    send(world)

    assert world.found(client, "zq7-comment") == {"writer"}
    moving_clock.move_to(TOMORROW)
    assert world.found(client, "zq7-comment") == {"writer", "chair", "coordinator"}
    Circulation.objects.update(seen_by="participants")
    assert world.found(client, "zq7-comment") == {"writer", "peer", "chair", "coordinator"}
    world.circulation.consultees.exclude(member=world.writer).update(removed_at=NOW)
    assert world.found(client, "zq7-comment") == {"writer", "chair", "coordinator"}
    Circulation.objects.update(state="cancelled")
    assert world.found(client, "zq7-comment") == {"chair", "coordinator"}


@pytest.mark.parametrize("attribution", ["none", "organisation", "stakeholder_group"])
def test_writer_without_a_name_stands_in_no_page_of_the_resolution_and_no_file(
    client, world, chair, moving_clock, attribution
):
    """The lists of who is asked name everybody; beside the comments and in the files nobody is named."""
    for _colleague in range(4):
        make_consultee(circulation=world.circulation, member=make_member(organisation=world.writer.organisation))
    write(world, "zq7-comment")
    send(world, attribution)
    moving_clock.move_to(TOMORROW)
    Circulation.objects.update(state="closed")
    comment = Comment.objects.get()
    actions.resolve_comment(
        actor=chair, comment=comment, disposition="noted", reason="zq7-reason", revision=0, now=TOMORROW
    )
    base = world.circulation.get_absolute_url()
    client.force_login(chair)

    for path in ("comments/", "resolution/", f"resolution/{comment.pk}/", "matrix.csv", "matrix.docx", "matrix.xlsx"):
        answer = parts_of(client.get(f"{base}{path}").getvalue())
        assert "zq7-comment" in answer
        assert "zq7-person" not in answer
        assert ("zq7-house" in answer) == (attribution == "organisation")
    stored = Comment.objects.values().get()
    label = {"none": "", "organisation": "zq7-house", "stakeholder_group": "ngo"}[attribution]
    assert (stored["author_id"], stored["resolved_by_id"], stored["label"]) == (None, chair.pk, label)


def test_reason_is_for_the_leads_until_all_are_told(client, world, chair, moving_clock):
    write(world, "zq7-comment")
    send(world)
    moving_clock.move_to(TOMORROW)
    Circulation.objects.update(state="closed", seen_by="participants")
    comment = Comment.objects.get()
    actions.resolve_comment(
        actor=chair, comment=comment, disposition="noted", reason="zq7-reason", revision=0, now=TOMORROW
    )

    assert world.found(client, "zq7-reason") == {"chair", "coordinator"}
    actions.tell_resolved(actor=chair, circulation=world.circulation, now=TOMORROW)
    assert world.found(client, "zq7-reason") == {"chair", "coordinator", "writer", "peer"}


LEADS = {"chair", "coordinator"}


def test_words_stay_with_their_readers_whatever_becomes_of_the_paper(client, world, chair, coordinator, moving_clock):
    write(world, "zq7-comment", page=1)
    send(world)
    write(world, "zq7-draft", page=1)
    actions.close_circulation(actor=coordinator, circulation=world.circulation, now=NOW)
    moving_clock.move_to(TOMORROW)
    ready(world, chair)
    expected = {
        "zq7-comment": LEADS | {"writer"},
        "zq7-reason": LEADS | {"writer"},
        "zq7-draft": {"writer"},
        # Those who lead know who was asked; everybody reads their own name.
        "zq7-person": LEADS | {"writer"},
        "zq7-house": LEADS,
    }

    for state in ("cleared", "published", "withdrawn"):
        moved_to(world, coordinator, state)
        assert world.found_each(client, *expected) == expected, state
    Courier(timezone.now).deliver(seconds=20)
    assert [message.to for message in mailbox.outbox] == [[world.writer.email]]
    [message] = mailbox.outbox
    said = "\n".join([message.subject, message.body, *(part.content for part in message.alternatives)])
    assert [word for word in ("zq7-comment", "zq7-draft", "zq7-reason") if word in said] == []


def ready(world, chair):
    """What the paper lacks to come out, to everybody: the comment settled, and a later version with a text."""
    actions.resolve_comment(
        actor=chair,
        comment=Comment.objects.get(),
        disposition="noted",
        reason="zq7-reason",
        revision=0,
        now=TOMORROW,
    )
    paper = world.circulation.publication
    Publication.objects.filter(pk=paper.pk).update(licence="CC-BY-4.0", visibility="public")
    for version in (world.circulation.version, make_version(publication=paper, published_at=None)):
        Version.objects.filter(pk=version.pk).update(reading="ready", text="Letters are changed.")


def moved_to(world, coordinator, state):
    paper = Publication.objects.get(pk=world.circulation.publication_id)
    actions.take_step(actor=coordinator, publication=paper, state=state, now=TOMORROW, note="Because.")


def test_nothing_that_is_kept_or_mailed_joins_writer_and_comment(world, chair, caplog):
    caplog.set_level("DEBUG")
    write(world, "zq7-comment")
    [comment] = send(world)
    actions.change_comment(
        actor=world.writer,
        circulation=world.circulation,
        comment_id=comment.pk,
        text={"comment": "zq7-comment 2"},
        revision=0,
        now=NOW,
    )

    assert not AuditEntry.objects.exists()
    assert not LogEntry.objects.exists()
    assert not OutgoingMail.objects.exists()
    assert not DraftComment.objects.exists()
    assert mailbox.outbox == []
    lines = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    assert [line for line in lines if "zq7" in line or comment.pk.hex in line or str(comment.pk) in line] == []
