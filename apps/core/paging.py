"""Pages of lists that may grow long: neither counting nor a late page costs more and more."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.cache import cache
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

# Up to here a list is counted each time; how many rows a longer one has may be some minutes old.
COUNTED = 1000
KEPT_SECONDS = 300


class LongPaginator(Paginator):
    """Counts a long list now and then, and reads pages of its second half from the end.

    ``name`` tells the list from all others, its reader included. The rows come in a fixed order.
    """

    def __init__(self, rows: QuerySet[Any], per_page: int, *, name: str) -> None:
        super().__init__(rows, per_page)
        self.rows = rows
        self.name = name

    @cached_property
    def count(self) -> int:
        few = self.rows.order_by()[: COUNTED + 1].count()
        if few <= COUNTED:
            return few
        return cache.get_or_set(f"count:{self.name}", self.rows.order_by().count, KEPT_SECONDS) or few

    def page(self, number: Any) -> Page:
        """Return one page; a database passes over all rows before it, so those are the fewer, from either end."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        stop = min(start + self.per_page, self.count)
        if self.count <= COUNTED or stop <= self.count // 2:
            return Page(self.rows[start:stop], number, self)
        backwards = self.rows.reverse()[self.count - stop : self.count - start]
        return Page(list(backwards)[::-1], number, self)


def page_of(request: HttpRequest, rows: QuerySet[Any], per_page: int) -> Page:
    """Return the page of ``rows`` that the query string asks for, the last one for a number beyond it."""
    asked = request.GET.copy()
    wanted = asked.pop("page", ["1"])[-1]
    question = f"{request.user.pk} {request.path}?{asked.urlencode()}"
    return LongPaginator(rows, per_page, name=hashlib.sha256(question.encode()).hexdigest()).get_page(wanted)
