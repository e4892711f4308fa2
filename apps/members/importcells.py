"""Reading one cell of an imported list: what each column may hold, and the sentence when it does not."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django_countries import countries

from apps.core.lines import one_line, validate_mailbox, validate_one_line
from apps.members.managers import normalised_address
from apps.members.models import Invitation, StakeholderGroup
from apps.members.permissions import Role

_SHOWN = 40
_FORMULA_STARTS = ("=", "+", "-", "@")


class CellFault(Exception):
    """A cell that can not be read; the message is a sentence for the person who made the file."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the portal knows already: {name or short name of a topic, in lower case: its id}."""

    topics: Mapping[str, int]


def read_cell(column: str, text: str, known: Known) -> tuple[Any, str]:
    """Return (value, hint) of a cell of ``column``; the hint, often empty, says what was taken instead.

    Raises CellFault.
    """
    text = unicodedata.normalize("NFC", text.strip())
    _check_line(text)
    return COLUMNS[column](text, known, column)


def _check_line(text: str) -> None:
    try:
        text.encode()
        validate_one_line(text)
    except UnicodeEncodeError as fault:
        raise CellFault(_("this holds a letter that can not be read. Save the file as “CSV UTF-8”.")) from fault
    except ValidationError as fault:
        raise CellFault(" ".join(fault.messages)) from fault


def _address(text: str, known: Known, column: str) -> tuple[str, str]:
    if not text:
        raise CellFault(_("the address is missing."))
    _check_formula(text)
    address = normalised_address(text)
    _check_length(address, column="address")
    try:
        validate_email(address)
        validate_mailbox(address)
    except ValidationError as fault:
        raise CellFault(_("“%(text)s” is not an e-mail address.") % {"text": _shown(text)}) from fault
    return address, ""


def _words(text: str, known: Known, column: str) -> tuple[str, str]:
    """A name or title. A lone dash means nothing; what a spreadsheet would calculate is no name."""
    if text in {"-", "–", "—"}:
        return "", ""
    _check_formula(text)
    _check_length(text, column)
    return text, ""


def _check_formula(text: str) -> None:
    if text.startswith(_FORMULA_STARTS):
        raise CellFault(_("“%(text)s” begins like a formula of a spreadsheet.") % {"text": _shown(text)})


def _check_length(text: str, column: str) -> None:
    longest: int = Invitation._meta.get_field(column).max_length  # type: ignore[union-attr,assignment]  # a text field
    if len(text) > longest:
        raise CellFault(
            _("this has %(count)s characters, at most %(longest)s are possible.")
            % {"count": len(text), "longest": longest}
        )


def _stakeholder_group(text: str, known: Known, column: str) -> tuple[str, str]:
    return _choice(text, StakeholderGroup.choices, ""), ""


def _role(text: str, known: Known, column: str) -> tuple[str, str]:
    return _choice(text, Role.choices, Role.MEMBER), ""


def _choice(text: str, choices: Collection[tuple[str, Any]], default: str) -> str:
    for value, label in choices:
        if text.casefold() in {value.casefold(), str(label).casefold()}:
            return value
    if text:
        allowed = ", ".join(value for value, _label in choices)
        raise CellFault(_("“%(text)s” is none of: %(allowed)s.") % {"text": _shown(text), "allowed": allowed})
    return default


def _country(text: str, known: Known, column: str) -> tuple[str, str]:
    code = countries.alpha2(text) or countries.by_name(text, insensitive=True) if text else ""
    if text and not code:
        raise CellFault(
            _("“%(text)s” is no country. Use its two letters, such as KE, or its English name.")
            % {"text": _shown(text)}
        )
    return str(code), ""


def _language(text: str, known: Known, column: str) -> tuple[str, str]:
    code = text.lower().replace("_", "-")
    offered = dict(settings.LANGUAGES)
    if code in offered or not code:
        return code or settings.LANGUAGE_CODE, ""
    if code.partition("-")[0] in offered:
        return code.partition("-")[0], ""
    if code.partition("-")[0] not in LANG_INFO:
        raise CellFault(_("“%(text)s” is no language code, such as en.") % {"text": _shown(text)})
    default = settings.LANGUAGE_CODE
    return default, _("the portal does not speak “%(text)s” yet; “%(default)s” was taken.") % {
        "text": _shown(text),
        "default": default,
    }


def _time_zone(text: str, known: Known, column: str) -> tuple[ZoneInfo, str]:
    if not text:
        return ZoneInfo("UTC"), ""
    key = _zones().get(text.replace(" ", "_").casefold())
    if key is None:
        raise CellFault(_("“%(text)s” is no time zone, such as Africa/Nairobi.") % {"text": _shown(text)})
    return ZoneInfo(key), ""


@cache
def _zones() -> dict[str, str]:
    return {key.casefold(): key for key in available_timezones()}


def _topics(text: str, known: Known, column: str) -> tuple[list[int], str]:
    names = [name.strip() for name in text.split("|") if name.strip()]
    unknown = [name for name in names if name.casefold() not in known.topics]
    if unknown:
        raise CellFault(_("there is no topic “%(text)s”.") % {"text": _shown(unknown[0])})
    return list(dict.fromkeys(known.topics[name.casefold()] for name in names)), ""


def _shown(text: str) -> str:
    text = one_line(text)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


type Reader = Callable[[str, Known, str], tuple[Any, str]]

COLUMNS: dict[str, Reader] = {
    "email": _address,
    "name": _words,
    "organisation": _words,
    "stakeholder_group": _stakeholder_group,
    "country": _country,
    "position": _words,
    "role": _role,
    "language": _language,
    "time_zone": _time_zone,
    "topics": _topics,
}
