"""Pages of lists that may grow long: neither counting nor a late page costs more and more."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.core.cache import cache
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from apps.core.prepared import Asked, Build, Prepared

# Up to here a list is counted each time; how many rows a longer one has may be some minutes old.
COUNTED = 1000
KEPT_SECONDS = 300


class LongPaginator(Paginator):
    """Counts a long list now and then, and reads pages of its second half from the end.

    ``name`` tells the list from all others, its reader included. The rows come in a fixed order.
    """

    def __init__(self, rows: Any, per_page: int, *, name: str) -> None:
        super().__init__(rows, per_page)
        self.rows = rows
        self.name = name

    @cached_property
    def count(self) -> int:
        few = self.count_few()
        if few <= COUNTED:
            return few
        return cache.get_or_set(f"count:{self.name}", self.count_all, KEPT_SECONDS) or few

    def count_few(self) -> int:
        # Keys alone: counting needs nothing of what the rows are annotated with.
        return self.rows.order_by().values("pk")[: COUNTED + 1].count()

    def count_all(self) -> int:
        return self.rows.order_by().count()

    def between(self, start: int, stop: int) -> Sequence[Any]:
        return self.rows[start:stop]

    def backwards(self, start: int, stop: int) -> Sequence[Any]:
        """The rows of a stretch that is counted from the end, the last one first."""
        return list(self.rows.reverse()[start:stop])

    def page(self, number: Any) -> Page:
        """Return one page; a database passes over all rows before it, so those are the fewer, from either end."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        stop = min(start + self.per_page, self.count)
        if self.count <= COUNTED or stop <= self.count // 2:
            return Page(self.between(start, stop), number, self)
        return Page(self.backwards(self.count - stop, self.count - start)[::-1], number, self)


class PreparedRows:
    """The pages of a list that many ask for, as prepared queries: ``build(reader, *values)`` makes all of its rows."""

    def __init__(self, build: Build, per_page: int) -> None:
        self.per_page = per_page
        self.few = Prepared(lambda reader, *values: build(reader, *values).order_by().values("pk")[: COUNTED + 1])
        self.all = Prepared(lambda reader, *values: build(reader, *values).order_by().values("pk"))
        self.page = Prepared(lambda reader, start, *values: build(reader, *values)[start : start + per_page])
        self.backwards = Prepared(
            lambda reader, start, *values: build(reader, *values).reverse()[start : start + per_page]
        )


class PreparedPaginator(LongPaginator):
    """The same, by prepared queries. ``values`` are what they are asked with."""

    def __init__(self, rows: PreparedRows, reader: Any, values: Sequence[Asked], *, name: str) -> None:
        super().__init__((), rows.per_page, name=name)
        self.prepared, self.reader, self.values = rows, reader, values

    def count_few(self) -> int:
        return self.prepared.few.count(self.reader, *self.values)

    def count_all(self) -> int:
        return self.prepared.all.count(self.reader, *self.values)

    def between(self, start: int, stop: int) -> Sequence[Any]:
        return self.prepared.page.objects(self.reader, start, *self.values)[: stop - start]

    def backwards(self, start: int, stop: int) -> Sequence[Any]:
        return self.prepared.backwards.objects(self.reader, start, *self.values)[: stop - start]


def page_of(request: HttpRequest, rows: QuerySet[Any], per_page: int) -> Page:
    """Return the page of ``rows`` that the query string asks for, the last one for a number beyond it."""
    wanted, name = _asked(request)
    return LongPaginator(rows, per_page, name=name).get_page(wanted)


def prepared_page_of(request: HttpRequest, rows: PreparedRows, reader: Any, *values: Asked) -> Page:
    """The same of rows that are asked for by prepared queries."""
    wanted, name = _asked(request)
    return PreparedPaginator(rows, reader, values, name=name).get_page(wanted)


def _asked(request: HttpRequest) -> tuple[str, str]:
    """Return the number of the page, and the name of the list."""
    asked = request.GET.copy()
    wanted = asked.pop("page", ["1"])[-1]
    question = f"{request.user.pk} {request.path}?{asked.urlencode()}"
    return wanted, hashlib.sha256(question.encode()).hexdigest()
