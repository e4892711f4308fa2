"""What search engines and messengers show of a public page, written into its head. ``{% load sharing %}``.

Asked for by public pages only, and there only where strangers may see what the page is about.
"""

from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.templatetags.static import static
from django.utils.text import Truncator
from django.utils.translation import get_language, to_locale

from apps.core.linkeddata import GROUP_NAME
from apps.core.links import absolute
from apps.core.text import to_plain_text

register = template.Library()

# About what fits under a search result.
MOST_CHARACTERS = 200
# Open Graph wants a territory as well (https://ogp.me/#optional).
_LOCALES = {"en": "en_GB", "de": "de_DE", "fr": "fr_FR", "es": "es_ES"}


@register.inclusion_tag("_shared_page.html", takes_context=True)
def shared_page(context: Context, title: str, description: str = "", kind: str = "website") -> dict[str, Any]:
    """Write description, canonical address and Open Graph: ``{% shared_page event.title event.lead %}``.

    ``description`` may be Markdown; ``kind`` is an Open Graph type. No query.
    """
    language = get_language() or "en"
    return {
        "title": title.strip(),
        "description": in_short(description),
        "url": canonical_address(context["request"]),
        "kind": kind,
        "site_name": GROUP_NAME,
        "locale": _LOCALES.get(language, to_locale(language)),
        "image": absolute(static("portal/card.png")),
    }


def in_short(source: str) -> str:
    """Return the beginning of a text, Markdown or not, in one line."""
    return Truncator(" ".join(to_plain_text(source).split())).chars(MOST_CHARACTERS, truncate="…")


def canonical_address(request: HttpRequest) -> str:
    """Return the one address of a page, below SITE_URL whatever host was asked.

    A further page of a list is a page of its own, for it shows other things; a narrowed or searched list is not.
    """
    page = request.GET.get("page", "")
    is_further = set(request.GET) == {"page"} and page.isascii() and page.isdecimal() and int(page[:6]) > 1
    return absolute(f"{request.path}?page={int(page[:6])}" if is_further else request.path)
