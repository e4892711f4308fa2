"""The group itself as schema.org has it (https://schema.org/Organization), on the home page."""

from __future__ import annotations

from typing import Any

from apps.core.linkeddata import organization


def group_data() -> dict[str, Any]:
    """Return the group for ``{% json_ld data %}``: the facts of the page "about", nothing that changes."""
    return {
        **organization(),
        "description": "A standing conversation about Article 6 of the Paris Agreement.",
        "foundingDate": "2019-06",
        "funder": {
            "@type": "GovernmentOrganization",
            "name": "German Federal Ministry for Economic Affairs and Climate Action (BMWK)",
        },
    }
