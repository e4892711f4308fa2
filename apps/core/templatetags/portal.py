"""The portal's template tags: icons, safe Markdown, and time on two clocks. ``{% load portal %}``."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from html import escape
from itertools import zip_longest
from typing import Any, Protocol

from django import template
from django.core.paginator import Page, Paginator
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import get_language
from django_filters import FilterSet

from apps.core.clocks import Clock, clocks_for, with_utc
from apps.core.clocks import world_clocks as clocks_around_the_world
from apps.core.filters import Chip, chips_of
from apps.core.fragments import KEPT, filled, kept_fragment, open_place
from apps.core.icons import DEFAULT_SIZE, render_icon
from apps.core.linkeddata import script
from apps.core.rulers import height_of, rulers_for
from apps.core.snippets import Stretch
from apps.core.text import to_plain_text, to_safe_html, to_safe_svg
from apps.core.zones import UTC_ZONE, day_text, moment_text, zone_city

register = template.Library()

_BLANK_LINES = re.compile(r"\n\s*\n\s*\n*")


class Happening(Protocol):
    """Whatever has a place in time: an event."""

    starts_at: datetime
    ends_at: datetime
    time_zone: tzinfo
    place: str


@register.simple_tag
def icon(name: str, size: int = DEFAULT_SIZE) -> str:
    """Draw an icon by its name at lucide.dev: ``{% icon "check" %}``."""
    return render_icon(name, size)


@register.filter
def markdown(source: str, top_level: int = 3) -> SafeString:
    """Show Markdown as safe HTML with headings from ``h3`` down: ``{{ event.agenda|markdown }}``."""
    return to_safe_html(source, top_level)


@register.filter
def plain(source: str) -> str:
    """Show Markdown as plain text, for the text part of a mail: ``{{ event.agenda|plain }}``."""
    return to_plain_text(source)


@register.filter
def city(zone: tzinfo) -> str:
    """Name a zone as people do, by its city: ``{{ user.time_zone|city }}``."""
    return zone_city(zone)


@register.filter
def safe_svg(drawing: str) -> SafeString:
    """Show an SVG drawing made of paths in the page: ``{{ totp_svg|safe_svg }}``."""
    return to_safe_svg(drawing)


@register.simple_tag
def when(happening: Happening, reader_zone: tzinfo | None = None) -> SafeString:
    """Show when something happens on two clocks with their rulers: ``{% when event user.time_zone %}``."""
    return _when(happening.starts_at, happening.ends_at, happening.time_zone, happening.place, reader_zone or None)


@kept_fragment("core/_when.html")
def _when(
    starts_at: datetime, ends_at: datetime, zone: tzinfo, place: str, reader_zone: tzinfo | None
) -> dict[str, Any]:
    clocks = two_clocks(starts_at, ends_at, zone, place, reader_zone)
    rulers = rulers_for(clocks)
    return {"clocks": clocks, "rulers": rulers, "height": height_of(rulers)}


@register.simple_tag
def world_clocks(happening: Happening) -> SafeString:
    """Show when something public happens on seven clocks, the place's first: ``{% world_clocks event %}``."""
    return _world_clocks(happening.starts_at, happening.ends_at, happening.time_zone, happening.place)


@kept_fragment("core/_world_clocks.html")
def _world_clocks(starts_at: datetime, ends_at: datetime, zone: tzinfo, place: str) -> dict[str, Any]:
    clocks = clocks_around_the_world(starts_at, ends_at, zone, place)
    rulers = rulers_for(clocks)
    return {"rows": list(zip_longest(clocks, rulers)), "has_rulers": bool(rulers)}


@register.simple_tag
def when_row(
    starts_at: datetime,
    ends_at: datetime,
    zone: tzinfo,
    place: str,
    reader_zone: tzinfo | None = None,
    this_year: int = 0,
) -> SafeString:
    """Show when something happens on one line of a list; the year is named where it is not ``this_year``."""
    this_year = this_year or timezone.now().astimezone(zone).year
    return _when_row(starts_at, ends_at, zone, place, reader_zone or None, this_year)


@kept_fragment("core/_when_row.html")
def _when_row(
    starts_at: datetime, ends_at: datetime, zone: tzinfo, place: str, reader_zone: tzinfo | None, this_year: int
) -> dict[str, Any]:
    return {"clocks": two_clocks(starts_at, ends_at, zone, place, reader_zone), "this_year": this_year}


@register.simple_tag
def date_leaf(local: datetime) -> SafeString:
    """Show the date of a moment, on the clock it is in, like a leaf of a calendar: "Thu", "10", "Jun"."""
    return _date_leaf(local.date())


@kept_fragment("core/_date_leaf.html")
def _date_leaf(date: date) -> dict[str, Any]:
    return {"date": date}


@register.simple_tag
def badges(
    visibility: str = "",
    *,
    group_name: str = "",
    waiting_place: int | None = None,
    is_chatham: bool = False,
    is_cancelled: bool = False,
    is_draft: bool = False,
    is_locked: bool = False,
    is_sample: bool = False,
) -> SafeString:
    """Say what one has to know of a thing at a glance: ``{% badges event.visibility is_draft=event.is_draft %}``.

    ``group_name`` is said instead of "Group".
    """
    return _badges(visibility, group_name, waiting_place, is_chatham, is_cancelled, is_draft, is_locked, is_sample)


@kept_fragment("_badges.html")
def _badges(
    visibility: str,
    group_name: str,
    waiting_place: int | None,
    is_chatham: bool,
    is_cancelled: bool,
    is_draft: bool,
    is_locked: bool,
    is_sample: bool,
) -> dict[str, Any]:
    return {
        "visibility": visibility,
        "group_name": group_name,
        "waiting_place": waiting_place,
        "is_chatham": is_chatham,
        "is_cancelled": is_cancelled,
        "is_draft": is_draft,
        "is_locked": is_locked,
        "is_sample": is_sample,
    }


@register.simple_tag
def marked(stretches: Iterable[Stretch]) -> SafeString:
    """Show a text in which found words are marked: ``{% marked result.title %}``."""
    drawn = (f"<mark>{escape(text)}</mark>" if is_found else escape(text) for text, is_found in stretches)
    return SafeString("".join(drawn))


@register.simple_tag(takes_context=True)
def masthead(context: Context, *, is_error_page: bool = False) -> SafeString:
    """Show the head of every page: ``{% masthead %}``; ``is_error_page`` leaves the form out. Wants `request`, `user`,
    and of a member `unread_count`.
    """
    user, match = context["user"], context["request"].resolver_match
    drawing = _masthead(
        here=match.app_name if match else "",
        page=match.view_name if match else "",
        is_member=user.is_authenticated,
        is_staff=user.is_staff,
        is_error_page=is_error_page,
    )
    fillings = {
        "name": lambda: str(user),
        "csrf_token": lambda: str(context["csrf_token"]),
        "unread": lambda: _unread(context.get("unread_count") or 0),
    }
    return filled(drawing, fillings)


@kept_fragment("_masthead.html")
def _masthead(**shown: str | bool) -> dict[str, Any]:
    return {**shown, **{name: open_place(name) for name in ("name", "csrf_token", "unread")}}


@kept_fragment("_unread.html")
def _unread(unread_count: int) -> dict[str, Any]:
    return {"unread_count": unread_count}


@register.simple_tag(takes_context=True)
def banner(context: Context) -> SafeString:
    """Show what the whole portal has to say above each page. Wants `is_demo`, `needs_second_factor`."""
    return _banner(bool(context.get("is_demo")), bool(context.get("needs_second_factor")))


@kept_fragment("_banner.html")
def _banner(is_demo: bool, needs_second_factor: bool) -> dict[str, Any]:
    return {"is_demo": is_demo, "needs_second_factor": needs_second_factor}


@register.simple_tag
def footer() -> SafeString:
    """Show the foot of every page, the same for everybody: ``{% footer %}``."""
    return _footer()


@kept_fragment("_footer.html")
def _footer() -> dict[str, Any]:
    return {}


@register.simple_tag(takes_context=True)
def pager(context: Context, page: Page) -> SafeString:
    """Show the pages of a list; they keep the rest of the query string. See `_pager.html`."""
    asked = context["request"].GET.copy()
    asked.pop("page", None)
    rows = page.paginator
    return _pager(page.number, rows.count, rows.per_page, f"{asked.urlencode()}&" if asked else "")


@kept_fragment("_pages.html")
def _pager(number: int, count: int, per_page: int, query: str) -> dict[str, Any]:
    return {"page_obj": Paginator(range(count), per_page).page(number), "query": query}


@register.simple_tag(takes_context=True)
def json_ld(context: Context, data: dict[str, Any] | None) -> str:
    """Tell search engines what a page is about: ``{% json_ld data %}`` in the head; nothing for None."""
    return script(data, str(context["csp_nonce"])) if data else ""


@register.simple_tag(takes_context=True)
def filter_chips(context: Context, filters: FilterSet) -> list[Chip]:
    """Give what narrows a list now: ``{% filter_chips filter as chips %}``."""
    return chips_of(filters, context["request"].GET)


@register.simple_tag
def two_clocks(
    starts_at: datetime, ends_at: datetime, zone: tzinfo, place: str, reader_zone: tzinfo | None = None
) -> list[Clock]:
    """Give the clocks to a template that sets them itself: ``{% two_clocks … as clocks %}``."""
    return clocks_for(starts_at, ends_at, zone, place, reader_zone or None)


@register.simple_tag
def mail_clocks(happening: Happening, recipient_zone: tzinfo | None = None) -> list[Clock]:
    """Give the clocks of a mail, UTC always among them: ``{% mail_clocks event recipient_zone as clocks %}``."""
    return with_utc(
        clocks_for(happening.starts_at, happening.ends_at, happening.time_zone, happening.place, recipient_zone or None)
    )


@register.simple_tag
def moment(instant: datetime, zone: tzinfo | None = None) -> SafeString:
    """Show a moment in full: ``{% moment post.created_at user.time_zone %}``, "Thu 10 June 2027, 15:00 CEST (UTC+2)".

    A stranger has no zone: then it is UTC, here and in the next two.
    """
    return _time_element(instant, zone or UTC_ZONE, moment_text)


@register.simple_tag
def day(instant: datetime, zone: tzinfo | None = None) -> SafeString:
    """Show the date of a moment in a zone: "Thu 10 June 2027"."""
    return _time_element(instant, zone or UTC_ZONE, day_text)


@register.simple_tag
def age(since: datetime, now: datetime) -> SafeString:
    """Show how long something has waited, in its largest unit: "2 days"."""
    words = timesince(since, now, depth=1)
    return format_html('<time datetime="{}">{}</time>', since.astimezone(UTC).isoformat(timespec="minutes"), words)


@register.simple_tag(name="moment_text")
def moment_words(instant: datetime, zone: tzinfo | None = None) -> str:
    """Say a moment in full without markup, for the text part of a mail."""
    return moment_text(instant, zone or UTC_ZONE)


@register.simple_block_tag
def tidy(content: str) -> str:
    """Set the text part of a mail: no space at line ends, never more than one blank line."""
    lines = "\n".join(line.rstrip() for line in content.splitlines())
    return _BLANK_LINES.sub("\n\n", lines).strip() + "\n"


def _time_element(instant: datetime, zone: tzinfo, words: Callable[[datetime, tzinfo], str]) -> SafeString:
    return _kept_time_element(get_language(), instant, zone, words)


@lru_cache(maxsize=KEPT)
def _kept_time_element(
    _language: str | None, instant: datetime, zone: tzinfo, words: Callable[[datetime, tzinfo], str]
) -> SafeString:
    stamp = instant.astimezone(zone).isoformat(timespec="minutes")
    return format_html('<time datetime="{}">{}</time>', stamp, words(instant, zone))
