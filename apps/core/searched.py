"""Models whose words are found: whatever writes their rows keeps the entries of the search in step, at once.

Every way Django writes rows by is covered but for cascades from another table and raw SQL; what those left behind is
named by ``manage.py reindex --check``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction

from apps.core.indexing import hold, settle
from apps.core.searchable import Source, sources_of


class Searched(models.Model):
    """A row that ``searchable.register`` named as one whose columns are found."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        sources = sources_of(type(self), kwargs.get("update_fields"))
        if not sources:
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            super().save(*args, **kwargs)
            for source in sources:
                follow(source, [self.pk])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            things = _things(type(self), [self.pk])
            deleted = super().delete(*args, **kwargs)
            _settle_all(things)
        return deleted


class SearchedQuerySet(models.QuerySet[Any]):
    """Rows of ``Searched`` models, many at a time."""

    def update(self, **values: Any) -> int:
        sources = sources_of(self.model, values)
        if not sources:
            return super().update(**values)
        with transaction.atomic():
            pks = list(self.values_list("pk", flat=True))
            updated = super().update(**values)
            for source in sources:
                follow(source, pks)
        return updated

    def delete(self) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            things = _things(self.model, list(self.values_list("pk", flat=True)))
            deleted = super().delete()
            _settle_all(things)
        return deleted

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        with transaction.atomic():
            made = super().bulk_create(objs, *args, **kwargs)
            for source in sources_of(self.model):
                follow(source, [each.pk for each in made if each.pk])
        return made

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], *args: Any, **kwargs: Any) -> int:
        rows, fields = list(objs), list(fields)
        with transaction.atomic():
            updated = super().bulk_update(rows, fields, *args, **kwargs)
            for source in sources_of(self.model, fields):
                follow(source, [row.pk for row in rows])
        return updated


def follow(source: Source, pks: list[Any]) -> None:
    """Settle the things that copy from these rows."""
    things = list(source.things(pks))
    if source.things is not list:
        hold(source.searchable, things)
    settle(source.searchable, things)


def _things(model: type[models.Model], pks: list[Any]) -> list[tuple[Source, list[Any]]]:
    """What copies from rows about to be deleted; held, where it is not the rows themselves."""
    found = [(source, list(source.things(pks))) for source in sources_of(model)]
    for source, things in found:
        hold(source.searchable, things)
    return found


def _settle_all(found: list[tuple[Source, list[Any]]]) -> None:
    for source, things in found:
        settle(source.searchable, things)
