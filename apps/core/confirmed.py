"""What a person has seen and is about to confirm, carried by the page itself: signed, compact, theirs alone.

The ids travel as one hidden field, so a thousand rows do not run into the limit on form fields, and exactly those that
were shown are acted on, whatever the query behind them would find by then.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.core import signing

VALID_FOR = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Ids as shown. ``once`` is the page's mark: sending the page twice is one act. ``note``: what else was chosen."""

    ids: list[int]
    note: str = ""
    once: str = field(default_factory=lambda: uuid.uuid4().hex)


def sign(confirmed: Confirmed, *, act: str, person_id: int) -> str:
    """Return the hidden field's value. ``act`` names what is to be done and to which thing."""
    content = {"ids": confirmed.ids, "note": confirmed.note, "once": confirmed.once}
    return signing.dumps(content, salt=_salt(act, person_id), compress=True)


def unsign(value: str, *, act: str, person_id: int) -> Confirmed | None:
    """Return what was shown, or None when the value is altered, too old, or of another act or person."""
    try:
        content = signing.loads(value, salt=_salt(act, person_id), max_age=VALID_FOR)
    except signing.BadSignature:
        return None
    return Confirmed(**content)


def id_numbers(values: Iterable[str]) -> list[int]:
    """Return the values that are row ids, as numbers; whatever else stood in an address is left out."""
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 19]


def _salt(act: str, person_id: int) -> str:
    return f"confirmed.{act}.{person_id}"
