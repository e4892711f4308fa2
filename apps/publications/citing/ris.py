"""RIS, the tagged format of reference managers (Research Information Systems, "RIS Format Specifications", 2011)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from apps.publications.citing.cited import Cited


def write_ris(cited: Cited) -> str:
    """Return one report. Every tag stands on a line of its own; the texts have no breaks."""
    lines = [f"{tag}  - {value}" for tag, value in _tags(cited) if value]
    return "\r\n".join(["TY  - RPRT", *lines, "ER  - ", ""])


def _tags(cited: Cited) -> Iterator[tuple[str, str]]:
    yield from (("AU", name.last_first) for name in cited.names)
    yield "TI", cited.full_title
    yield "PY", str(cited.issued.year)
    # Year, month, day and a remark, each of the last three empty where it is not known.
    yield "DA", f"{cited.issued:%Y/%m}/{f'{cited.issued:%d}' if cited.day_is_known else ''}/"
    yield "PB", cited.publisher
    yield "M3", cited.kind
    yield "DO", cited.doi
    yield "UR", cited.url
    yield "LA", cited.language
    yield from (("KW", topic) for topic in cited.topics)
    yield "N1", _("Licence: %(licence)s") % {"licence": cited.licence} if cited.licence else ""
    yield "N1", _("Withdrawn") if cited.is_withdrawn else ""
    yield "AB", cited.abstract
