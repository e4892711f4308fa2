"""The template tags of events: ``{% load events %}``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from apps.core.clocks import signed
from apps.core.fragments import filled, joined, kept_fragment, open_place
from apps.core.templatetags.portal import badges, date_leaf, when_row
from apps.core.zones import zone_of
from apps.events.models import Event, Participation
from apps.events.months import Entry
from apps.events.roster import Entry as RosterEntry
from apps.events.standing import Standing

register = template.Library()


@register.simple_tag
def event_rows(rows: Iterable[Standing]) -> SafeString:
    """Show the events of a list as their reader meets them: ``{% event_rows rows %}``. No query."""
    return joined(_event_row.each(map(_row, rows)))


@register.simple_tag
def event_months(months: Iterable[tuple[date, Iterable[Standing]]]) -> SafeString:
    """Show events under the months they begin in, each with a day of it: ``{% event_months months %}``. No query."""
    return joined(filled(_month_rows(first), {"rows": partial(event_rows, rows)}) for first, rows in months)


@kept_fragment("events/_month_rows.html")
def _month_rows(first: date) -> dict[str, Any]:
    return {"first": first, "rows": open_place("rows")}


def _shown(row: Standing) -> dict[str, Any]:
    """What every row says of its event, as plain values."""
    event = row.event
    return {
        "slug": event.slug,
        "title": event.title,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "zone": event.time_zone,
        "place": event.place,
        "reader_zone": zone_of(row.reader),
        "this_year": row.now.astimezone(event.time_zone).year,
        "visibility": event.visibility,
        "group_name": row.group_name,
        "is_chatham": event.is_chatham_house,
        "is_sample": event.is_sample,
        "can_answer": row.can_answer,
    }


def _row(row: Standing) -> dict[str, Any]:
    event, part = row.event, row.part
    return {
        **_shown(row),
        "state": event.state,
        "cancel_reason": event.cancel_reason,
        "answer": part and part.answer,
        "mode": part and part.mode,
        "is_waiting": bool(part and part.is_waiting),
        "waiting_place": row.waiting_place,
    }


@register.simple_tag(takes_context=True)
def need_rows(context: Context, rows: Iterable[Standing]) -> SafeString:
    """Show invitations to answer here and now: ``{% need_rows needs %}``. Wants `request`. No query."""
    path, fillings = context["request"].path, {"csrf_token": lambda: str(context["csrf_token"])}
    needs = ({"pk": row.event.pk, **_shown(row), "buttons": tuple(row.buttons), "path": path} for row in rows)
    return joined(filled(drawing, fillings) for drawing in _need.each(needs))


@kept_fragment("events/_need.html")
def _need(**shown: Any) -> dict[str, Any]:
    standing = {
        "event": {name: shown[name] for name in ("pk", "slug", "title")},
        "can_answer": shown["can_answer"],
        "buttons": shown["buttons"],
    }
    return {
        "standing": standing,
        "when": when_row(
            shown["starts_at"],
            shown["ends_at"],
            shown["zone"],
            shown["place"],
            shown["reader_zone"],
            shown["this_year"],
        ),
        "badges": badges(
            shown["visibility"],
            group_name=shown["group_name"],
            is_chatham=shown["is_chatham"],
            is_sample=shown["is_sample"],
        ),
        "next": shown["path"],
        "csrf_token": open_place("csrf_token"),
    }


@register.simple_tag
def month_entry(entry: Entry) -> SafeString:
    """Show an event on one day of the month: ``{% month_entry entry %}``. No query."""
    event, part = entry.standing.event, entry.standing.part
    return _month_entry(
        slug=event.slug,
        title=event.title,
        start=entry.start,
        end=entry.end,
        there=entry.there,
        shift=entry.shift,
        place=entry.place,
        is_chatham=event.is_chatham_house,
        is_cancelled=event.is_cancelled,
        is_coming=bool(part and part.answer == Participation.Answer.YES),
    )


@kept_fragment("events/_month_entry.html")
def _month_entry(**shown: Any) -> dict[str, Any]:
    return {**shown, "signed_shift": signed(shown["shift"]), "shift_days": abs(shown["shift"])}


@register.simple_tag
def roster_rows(people: Iterable[RosterEntry], reader_id: int, counts: dict[str, int] | None) -> SafeString:
    """Show people as rows of the list of participants, with the answer where the reader is told the ``counts``:
    ``{% roster_rows roster.page user.pk counts %}``. No query.
    """
    rows = (
        {"person": person, "is_you": person.member_id == reader_id, "shows_answer": bool(counts)} for person in people
    )
    return joined(_roster_row.each(rows))


@kept_fragment("events/_roster_row.html")
def _roster_row(**shown: Any) -> dict[str, Any]:
    return shown


@register.simple_tag
def answer_badge(person: RosterEntry) -> SafeString:
    """Show what somebody on the list of participants answered: ``{% answer_badge person %}``."""
    return _answer_badge(person.answer, person.mode, person.waiting_place)


@kept_fragment("events/_answer_badge.html")
def _answer_badge(answer: str, mode: str, waiting_place: int | None) -> dict[str, Any]:
    return {
        "answer": answer,
        "answer_label": Participation.Answer(answer).label,
        "mode_label": Participation.Mode(mode).label,
        "waiting_place": waiting_place,
    }


@kept_fragment("events/_event_row.html")
def _event_row(**shown: Any) -> dict[str, Any]:
    starts_at, zone, reader_zone = shown["starts_at"], shown["zone"], shown["reader_zone"]
    is_cancelled = shown["state"] == Event.State.CANCELLED
    return {
        **shown,
        "leaf": date_leaf(starts_at.astimezone(reader_zone or zone)),
        "when": when_row(starts_at, shown["ends_at"], zone, shown["place"], reader_zone, shown["this_year"]),
        "badges": badges(
            shown["visibility"],
            group_name=shown["group_name"],
            is_chatham=shown["is_chatham"],
            is_cancelled=is_cancelled,
            is_draft=shown["state"] == Event.State.DRAFT,
            is_sample=shown["is_sample"],
        ),
        "is_cancelled": is_cancelled,
    }
