"""Entering, changing and deleting publications."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.audit import record
from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.members.models import Member
from apps.publications.actions.versions import remove_files
from apps.publications.models import Publication


@transaction.atomic
def save_publication(*, actor: Member, publication: Publication) -> Publication:
    """Save a new or changed publication. ``publication`` holds the new values, validated by its form.

    Refused without the right, and where something published would lose its date. Who may see it is on the record.
    """
    is_new = publication.pk is None
    right = "publications.add_publication" if is_new else "publications.change_publication"
    if not actor.has_perm(right, None if is_new else publication):
        raise Refused(_("You may not change this publication."))
    if is_new:
        publication.created_by = actor
        publication.save()
        return publication
    publication.lock()
    before = Publication.objects.get(pk=publication.pk)
    publication.state, publication.byline = before.state, before.byline
    if not publication.is_draft and publication.published_on is None:
        raise Refused(_("What is published has a date. Enter it, or take the publication back to draft."))
    if before.visibility != publication.visibility or before.group_id != publication.group_id:
        detail = f"{before.visibility}>{publication.visibility}"
        record(AuditEntry.Event.VISIBILITY, actor=actor, about=publication, detail=detail)
    publication.save()
    return publication


@transaction.atomic
def settle_byline(publication: Publication) -> None:
    """Make the byline follow the authors, once they are saved. Refused where something published has none left."""
    authors = list(publication.authors.order_by("position", "pk"))
    if not authors and not publication.is_draft:
        raise Refused(_("What is published has an author."))
    publication.byline = ", ".join(str(author) for author in authors)
    publication.save(update_fields=["byline", "updated_at"])


@transaction.atomic
def delete_draft(*, actor: Member, publication: Publication) -> None:
    """Delete a draft; its files go once that is settled. Refused for what is published: take it back first."""
    publication.lock()
    publication.refresh_from_db()
    if not actor.has_perm("publications.delete_publication", publication):
        raise Refused(_("Only drafts can be deleted. Take the publication back to draft first."))
    names = list(publication.versions.values_list("file", flat=True))
    publication.delete()
    transaction.on_commit(partial(remove_files, names))
