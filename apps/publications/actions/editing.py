"""Entering, changing and deleting publications."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from apps.core.audit import record
from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.members.models import Member
from apps.publications.actions.versions import remove_files
from apps.publications.models import Publication

# What only steps write: a form that lay open must not bring back what was.
_BY_STEPS = ("state", "publish_at", "publish_fault", "published_at", "withdrawn_reason", "byline")
# What was asked for before it came out, and may be changed after that, but not emptied.
_ASKED_FOR = {
    "published_on": _("What is published has a date. Enter it, or take the publication back to draft."),
    "abstract": _("What is published has an abstract. Enter it, or take the publication back to draft."),
    "licence": _("What is published has a licence. Choose it, or take the publication back to draft."),
}


@transaction.atomic
def save_publication(*, actor: Member, publication: Publication) -> Publication:
    """Save a new or changed publication. ``publication`` holds the new values, validated by its form.

    Refused without the right, and where something published would lose what it was asked for, or its address. Who may
    see it is on the record.
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
    for name in _BY_STEPS:
        setattr(publication, name, getattr(before, name))
    if not before.is_draft:
        _check_published(before, publication)
    if (before.visibility, before.group_id) != (publication.visibility, publication.group_id):
        detail = f"{before.visibility}>{publication.visibility}, group {before.group_id}>{publication.group_id}"
        record(AuditEntry.Event.VISIBILITY, actor=actor, about=publication, detail=detail)
    publication.save()
    return publication


def _check_published(before: Publication, publication: Publication) -> None:
    if before.slug != publication.slug:
        raise Refused(_("The address of what is published stays: people have it."))
    for name, sentence in _ASKED_FOR.items():
        if getattr(before, name) and not getattr(publication, name):
            raise Refused(sentence)


@transaction.atomic
def settle_byline(publication: Publication) -> None:
    """Make the byline follow the authors, once they are saved. Refused where something published has none left."""
    authors = list(publication.authors.order_by("position", "pk"))
    if not authors and not publication.is_draft:
        raise Refused(_("What is published has an author."))
    publication.byline = ", ".join(str(author) for author in authors)
    publication.save(update_fields=["byline", "updated_at"])


@transaction.atomic
def delete_publication(*, actor: Member, publication: Publication) -> None:
    """Delete a draft; its files go once that is settled. Refused for what is or was before readers or commenters."""
    publication.lock()
    publication.refresh_from_db()
    if not actor.has_perm("publications.delete_publication", publication):
        raise Refused(_("Only drafts can be deleted. Take the publication back to draft first."))
    if publication.steps.filter(state=Publication.State.PUBLISHED).exists():
        raise Refused(_("It was published once, and people may have cited it: it stays. It can be withdrawn."))
    if publication.circulations.exists():
        raise Refused(_("It was circulated: its comments stay, and so does it."))
    names = list(publication.versions.values_list("file", flat=True))
    names += publication.versions.exclude(page_set=None).values_list("page_set__image", flat=True)
    try:
        publication.delete()
    except ProtectedError as protected:
        raise Refused(_("Something else on the portal refers to it, so it stays.")) from protected
    transaction.on_commit(partial(remove_files, names))
