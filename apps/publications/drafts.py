"""A member's drafts of comments in all circulations, by paper."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from apps.members.models import Member
from apps.publications.models import Circulation, DraftComment


def unseen_title() -> str:
    """Return what stands in the place of the title of a paper that somebody does not see any more."""
    return _("A paper you do not see any more")


@dataclass(frozen=True, slots=True)
class DraftedPaper:
    """The drafts in one circulation; ``circulation`` is None where the writer does not see it any more."""

    circulation: Circulation | None
    drafts: list[DraftComment]

    @property
    def title(self) -> str:
        if self.circulation is None:
            return unseen_title()
        return str(self.circulation.publication.title)


def own_drafts(member: Member) -> list[DraftedPaper]:
    """Return the member's drafts, the latest circulation first. Two queries beside the roles'."""
    drafts = DraftComment.objects.of(member).order_by("-circulation", "pk")
    found = Circulation.objects.visible_to(member).filter(pk__in=drafts.order_by().values("circulation"))
    seen = {circulation.pk: circulation for circulation in found.select_related("publication")}
    by_circulation = groupby(drafts, key=lambda draft: draft.circulation_id)
    return [DraftedPaper(seen.get(pk), list(group)) for pk, group in by_circulation]
