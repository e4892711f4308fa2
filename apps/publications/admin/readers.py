"""Who will be able to read a publication, in words and as a number: said before it is published."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from apps.members.models import Member, Membership
from apps.members.permissions import Visibility
from apps.publications.models import Publication

_WHO: dict[str, Any] = {
    Visibility.PUBLIC: _("Everybody, without signing in."),
    Visibility.MEMBERS: ngettext_lazy("%(count)d active member.", "All %(count)d active members.", "count"),
    Visibility.GROUP: ngettext_lazy(
        "%(count)d person in the group, the authors and the secretariat.",
        "%(count)d people in the group, the authors and the secretariat.",
        "count",
    ),
    Visibility.COORDINATORS: ngettext_lazy(
        "%(count)d person who leads the group, the authors and the secretariat.",
        "%(count)d people who lead the group, the authors and the secretariat.",
        "count",
    ),
}


def readers_text(publication: Publication) -> str:
    """Return who may read the publication once it is published. One query, none for a public one."""
    visibility = Visibility(publication.visibility)
    words = _WHO[visibility]
    if visibility == Visibility.PUBLIC:
        return str(words)
    return words % {"count": _count(publication, visibility)}


def _count(publication: Publication, visibility: Visibility) -> int:
    if visibility == Visibility.MEMBERS:
        return Member.objects.filter(is_active=True).count()
    present = Membership.objects.current().filter(group=publication.group_id, member__is_active=True)
    return present.count() if visibility == Visibility.GROUP else present.leading().count()
