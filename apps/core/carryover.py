"""What a restore carries over from the database that was here: what was taken away since the backup stays away.

A registry, so that the restore need not know the apps' tables. Each app offers in ``AppConfig.ready()`` pairs of
functions: ``collect`` reads the database that is about to be replaced, ``apply`` writes the restored one::

    carryover.register("members.membership", collect, apply)

The nonces of every ``Linkable`` model are carried over, or exempt with a reason; a test fails for a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import batched
from typing import Any

from apps.core.tokens import Linkable, new_nonce

CHUNK = 500

type Record = dict[str, Any]
type Kept = Iterable[Mapping[str, Any]]
type Collect = Callable[[datetime], Kept]
type Apply = Callable[[Iterator[Record]], Iterable[str]]
type Settle = Callable[[datetime, datetime], Iterable[str]]

_carriers: dict[str, tuple[Collect, Apply]] = {}
_settlers: dict[str, Settle] = {}
_exempt: dict[str, str] = {}


def register(label: str, collect: Collect, apply: Apply) -> None:
    """Carry something over. ``collect`` gets when the backup was taken and yields what JSON can hold (dates as text).

    ``apply`` gets the same records in the same order and yields a sentence for the operator for each thing it did.
    """
    _carriers[label] = (collect, apply)


def register_settler(label: str, settle: Settle) -> None:
    """Have restored rows put in order, whatever was here: ``settle(taken_at, now)`` yields sentences as well."""
    _settlers[label] = settle


def register_nonces(model: type[Linkable]) -> None:
    """Keep links that were revoked since the backup dead, and those sent since working."""
    register(
        f"{model._meta.label_lower}.nonce",
        lambda _taken_at: model._default_manager.order_by("pk").values("pk", "nonce").iterator(chunk_size=CHUNK),
        lambda records: _apply_nonces(model, records),
    )


def exempt(label: str, reason: str) -> None:
    """Let something be as it was in the backup, for this reason."""
    _exempt[label] = reason


def carriers() -> dict[str, tuple[Collect, Apply]]:
    """Return what is carried over, in the order of applying.

    Upper apps come first: the ledger is settled last, when it stands who is still here.
    """
    return dict(reversed(_carriers.items()))


def settlers() -> dict[str, Settle]:
    """Return what puts restored rows in order."""
    return dict(_settlers)


def settled_labels() -> set[str]:
    """Everything that is carried over or exempt."""
    return _carriers.keys() | _exempt.keys()


def _apply_nonces(model: type[Linkable], records: Iterator[Record]) -> Iterator[str]:
    renewed = 0
    known: set[int] = set()
    for chunk in batched(records, CHUNK):
        living = {record["pk"]: record["nonce"] for record in chunk}
        known |= living.keys()
        rows = [row for row in model._default_manager.filter(pk__in=living) if row.nonce != living[row.pk]]
        for row in rows:
            row.nonce = living[row.pk]
        renewed += model._default_manager.bulk_update(rows, ["nonce"]) if rows else 0
    for pk in model._default_manager.values_list("pk", flat=True).order_by("pk"):
        if pk not in known:
            renewed += model._default_manager.filter(pk=pk).update(nonce=new_nonce())
    if renewed:
        yield f"{renewed} × {model._meta.verbose_name}: links replaced since the backup stay dead."
