"""The way of a publication: which state may follow which, and what has to be there first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.publications.models import Comment, Publication
from apps.publications.standing import day_of

_State = Publication.State

# A paper without a round of comments (a meeting summary, a paper of earlier years) goes from draft straight out.
WAYS: dict[str, frozenset[str]] = {
    _State.IDEA: frozenset({_State.DRAFT}),
    _State.DRAFT: frozenset({_State.IDEA, _State.CIRCULATING, _State.CLEARED, _State.PUBLISHED}),
    _State.CIRCULATING: frozenset({_State.RESOLVING, _State.DRAFT}),
    _State.RESOLVING: frozenset({_State.CIRCULATING, _State.DRAFT, _State.CLEARED}),
    _State.CLEARED: frozenset({_State.CIRCULATING, _State.RESOLVING, _State.DRAFT, _State.PUBLISHED}),
    _State.PUBLISHED: frozenset({_State.DRAFT, _State.WITHDRAWN}),
    _State.WITHDRAWN: frozenset({_State.PUBLISHED, _State.DRAFT}),
}
# Where every comment is answered, and who commented knows how.
SETTLED = frozenset({_State.CLEARED, _State.PUBLISHED})


def needs_reason(publication: Publication, state: str) -> bool:
    """Whether readers lose something by this step: then they, or those who come after, are told why."""
    return not publication.is_draft and state != _State.PUBLISHED


def missing(publication: Publication, state: str, now: datetime) -> list[str]:
    """Return what the publication still needs before it can be in this state, each a sentence. At most six queries."""
    found: list[str] = []
    if state in SETTLED:
        found += _unanswered(publication, day_of(now))
        found += _unknown(publication, now)
    if state == _State.PUBLISHED:
        found += [str(sentence) for sentence in _absent(publication)]
    if state == _State.CIRCULATING and not publication.versions.exists():
        found.append(str(_("It has no file.")))
    if (publication.circulations.open().exists()) != (state == _State.CIRCULATING):
        found.append(str(_ROUND[state == _State.CIRCULATING]))
    return found


_ROUND: dict[bool, Promise] = {
    True: _("No circulation of it is open. Open one: this state comes with it."),
    False: _("A circulation of it is open. Close or cancel it first."),
}


def _unanswered(publication: Publication, today: date) -> Iterator[str]:
    """Counts only what everybody may know today: who counted anew each minute would see when comments are sent."""
    comments = Comment.objects.filter(circulation__publication=publication).exclude(circulation__state="cancelled")
    count = comments.unresolved().count()
    known = comments.known(today).unresolved().count() if count else 0
    if known:
        words = ngettext("%(count)d comment is not answered.", "%(count)d comments are not answered.", known)
        yield words % {"count": known}
    if count > known:
        yield str(_("Comments that were sent today show tomorrow."))


def _unknown(publication: Publication, now: datetime) -> Iterator[str]:
    """Whoever answered is told by the step; who answered today nobody may know today."""
    if publication.circulations.untold().closed_today(now).exists():
        yield str(_("Its circulation was closed today: the answers of the last day show tomorrow."))


def _absent(publication: Publication) -> list[Promise]:
    needs = {
        _("It has no file."): publication.versions.exists(),
        _("It has no abstract."): bool(publication.abstract.strip()),
        _("It has no author."): publication.authors.exists(),
        _("It has no licence."): bool(publication.licence),
    }
    return [sentence for sentence, is_there in needs.items() if not is_there]
