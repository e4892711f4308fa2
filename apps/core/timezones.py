"""Time zones to choose from: one entry per place people live by, grouped by region."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.core.zones import offset_label

type Choices = list[tuple[str, list[tuple[str, str]]]]


def zone_choices(now: datetime, present: str) -> Choices:
    """Return [(region, [(key, label)])] as a form field takes it. ``present`` is always among them.

    Offsets are those of this hour, so that in summer a place shows its summer time.
    """
    listed = _zone_choices(now.replace(minute=0, second=0, microsecond=0))
    if any(key == present for _region, zones in listed for key, _label in zones):
        return listed
    return [(_("Your present choice"), [(present, _label(present, now))]), *listed]


def zone_places() -> Choices:
    """Return the same without offsets, for times that lie ahead: of what holds today many change until then."""
    return _zone_places(get_language())


@cache
def _zone_places(_language: str | None) -> Choices:
    return _by_region(_place)


@lru_cache(maxsize=2)
def _zone_choices(now: datetime) -> Choices:
    return _by_region(lambda key: _label(key, now))


def _by_region(label_of: Callable[[str], str]) -> Choices:
    regions: dict[str, list[tuple[str, str]]] = {_("Everywhere"): [("UTC", "UTC")]}
    for key in _places():
        regions.setdefault(key.partition("/")[0], []).append((key, label_of(key)))
    return list(regions.items())


@cache
def _places() -> list[str]:
    """Keys of the places in tzdata's list, without the old names that mean the same (Asia/Calcutta)."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    return sorted(line.split("\t")[2] for line in table.splitlines() if line and not line.startswith("#"))


def _label(key: str, now: datetime) -> str:
    """Return the place with its offset: "Argentina, Buenos Aires (UTC-3)"."""
    return f"{_place(key)} ({offset_label(now, ZoneInfo(key))})"


def _place(key: str) -> str:
    """Return the place without its region: "Argentina, Buenos Aires"."""
    place = key.partition("/")[2] or key
    return place.replace("/", ", ").replace("_", " ")
