"""What search engines read of a public page: schema.org terms as JSON-LD in a script that nobody runs.

Each app says what its own things are; here stand the group itself and the way it is written.
"""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core.links import absolute_url
from apps.core.text import to_safe_json

CONTEXT = "https://schema.org"
GROUP_NAME = "Carbon Market Mechanisms Working Group"


def organization() -> dict[str, Any]:
    """Return the working group as an Organization, to stand in what it organises or publishes."""
    return {"@type": "Organization", "name": GROUP_NAME, "alternateName": "CMM-WG", "url": absolute_url("pages:home")}


def script(data: dict[str, Any], nonce: str) -> SafeString:
    """Return the script element. Values that are None are left out; instants are ISO 8601 with their offset."""
    said = {"@context": CONTEXT, **{name: value for name, value in data.items() if value is not None}}
    return format_html('<script type="application/ld+json" nonce="{}">{}</script>', nonce, to_safe_json(said))
