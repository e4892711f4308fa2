"""What mails are about, found by the words of its title: titles are few and mails are many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.http import urlencode

from apps.core.confirmed import id_numbers
from apps.notifications.models import OutgoingMail
from apps.notifications.subjects import about_key, key_of

# Of each kind of thing, the newest that fit: their keys go to the database one by one.
MOST = 200

_titles: dict[type[models.Model], str] = {}


def register(model: type[models.Model], title: str) -> None:
    """Have mails found by the column ``title`` of this subject, which may be that of a thing it belongs to."""
    _titles[model] = title


def keys_by_word(words: Sequence[str], member: Any) -> dict[str, set[str]]:
    """Return for each word the ledger's keys of things that bear it in their title and that the member may see.

    One query a kind of thing, however many words.
    """
    keys: dict[str, set[str]] = {word: set() for word in words}
    for model, title in _titles.items() if words else ():
        any_word = Q(*((f"{title}__icontains", word) for word in words), _connector=Q.OR)
        visible: Any = model._default_manager
        found = visible.visible_to(member).filter(any_word).order_by("-pk").values_list("pk", title)
        for pk, said in found[:MOST]:
            for word in words:
                if word.casefold() in said.casefold():
                    keys[word].add(key_of(model, pk))
    return keys


def subject_of(key: str, member: Any) -> models.Model | None:
    """Return what a key of the ledger stands for, if mails are found by its title and the member may see it. One query
    at most.
    """
    label, _colon, number = key.partition(":")
    model = next((model for model in _titles if model._meta.label_lower == label), None)
    if model is None or not id_numbers([number]):
        return None
    visible: Any = model._default_manager
    found: models.Model | None = visible.visible_to(member).filter(pk=number).first()
    return found


@dataclass(frozen=True, slots=True)
class MailsAbout:
    """How many mails are about one thing, where they are listed, and (state, how many, where) as states follow."""

    count: int
    url: str
    states: list[tuple[str, int, str]]


def mails_about(row: models.Model) -> MailsAbout:
    """Count the mails about this thing. One query, over the index of subjects."""
    key = about_key(row)
    counted = OutgoingMail.objects.filter(about_key=key).order_by().values_list("state").annotate(count=Count("pk"))
    counts = dict(counted)
    states = [
        (str(state.label), counts[state.value], _ledger_url(about_key=key, state__exact=state.value))
        for state in OutgoingMail.State
        if state.value in counts
    ]
    return MailsAbout(sum(counts.values()), _ledger_url(about_key=key), states)


def _ledger_url(**narrowed: str) -> str:
    return f"{reverse('admin:notifications_outgoingmail_changelist')}?{urlencode(narrowed)}"
