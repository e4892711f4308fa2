"""BibTeX (Oren Patashnik, "BibTeXing", 1988), in UTF-8, for BibTeX and biblatex alike."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from apps.publications.citing.cited import Cited
from apps.publications.citing.names import Name

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# An escaped brace still counts as one where BibTeX looks for the end of a field; a named one does not.
_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "$": r"\$",
    **{letter: f"\\{letter}" for letter in "%&#_"},
}
_SPECIAL = re.compile("[" + re.escape("".join(_ESCAPES)) + "]")
# "and" parts two authors wherever it stands outside braces, a comma the parts of one.
_PARTING = re.compile(r"\band\b|,", re.IGNORECASE)


def write_bibtex(cited: Cited) -> str:
    """Return one ``techreport``, the type for what an institution publishes. Its key is the short name."""
    fields = {
        "author": "{" + " and ".join(map(_author, cited.names)) + "}",
        # The inner braces keep the capitals.
        "title": f"{{{{{_escaped(cited.full_title)}}}}}",
        "type": _field(cited.kind),
        "institution": f"{{{{{_escaped(cited.publisher)}}}}}",
        "year": f"{{{cited.issued.year}}}",
        "month": _MONTHS[cited.issued.month - 1],
        "day": f"{{{cited.issued.day}}}" if cited.day_is_known else "",
        "doi": _verbatim(cited.doi),
        "url": _verbatim(cited.url),
        "language": _field(cited.language),
        "copyright": _field(cited.licence),
        "keywords": _field(", ".join(cited.topics)),
        "note": _field(_("Withdrawn") if cited.is_withdrawn else ""),
        "abstract": _field(cited.abstract),
    }
    lines = "".join(f"  {name:<11} = {value},\n" for name, value in fields.items() if value)
    return f"@techreport{{{cited.key},\n{lines}}}\n"


def _author(name: Name) -> str:
    if name.literal:
        return f"{{{_escaped(name.literal)}}}"
    family = f"{_part(name.particle)} {_part(name.family)}".strip()
    return ", ".join(part for part in (family, _part(name.suffix), _part(name.given)) if part)


def _part(text: str) -> str:
    """One part of a name, in braces where BibTeX would read it as several."""
    return f"{{{_escaped(text)}}}" if _PARTING.search(text) else _escaped(text)


def _field(text: str) -> str:
    return f"{{{_escaped(text)}}}" if text else ""


def _verbatim(address: str) -> str:
    """A DOI or an address: LaTeX prints these as they are, so only what would end the field is written otherwise."""
    safe = address.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")
    return f"{{{safe}}}" if safe else ""


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: _ESCAPES[found[0]], text)
