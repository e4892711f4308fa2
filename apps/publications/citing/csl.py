"""CSL-JSON, the data that Citation Style Language processors take (CSL 1.0.2, ``csl-data.json``)."""

from __future__ import annotations

import json
from typing import Any

from apps.publications.citing.cited import Cited
from apps.publications.citing.names import Name


def write_csl(cited: Cited) -> str:
    """Return a list of one item: the schema knows no item outside a list."""
    return json.dumps([csl_item(cited)], ensure_ascii=False, indent=2) + "\n"


def csl_item(cited: Cited) -> dict[str, Any]:
    """Return the item. Only names that the schema allows; what is empty is left out."""
    day = [cited.issued.day] if cited.day_is_known else []
    item = {
        "id": cited.key,
        "type": "report",
        "genre": cited.kind,
        "title": cited.full_title,
        "title-short": cited.title if cited.subtitle else "",
        "author": [_name(name) for name in cited.names],
        "issued": {"date-parts": [[cited.issued.year, cited.issued.month, *day]]},
        "publisher": cited.publisher,
        "DOI": cited.doi,
        "URL": cited.url,
        "language": cited.language,
        "keyword": ", ".join(cited.topics),
        "abstract": cited.abstract,
        "status": "withdrawn" if cited.is_withdrawn else "",
        "custom": {"license": cited.licence_url or cited.licence} if cited.licence else {},
    }
    return {name: value for name, value in item.items() if value}


def _name(name: Name) -> dict[str, str]:
    parts = {
        "literal": name.literal,
        "family": name.family,
        "given": name.given,
        "non-dropping-particle": name.particle,
        "suffix": name.suffix,
    }
    return {part: value for part, value in parts.items() if value}
