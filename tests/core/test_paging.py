"""Long lists: exact while short, counted now and then when long, and every row on exactly one page."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import paging
from apps.core.paging import PreparedRows, page_of, prepared_page_of
from apps.members.models import Topic
from tests.make import make_topic

PER_PAGE = 3


@pytest.fixture
def short(monkeypatch):
    """What counts as long is six rows here."""
    monkeypatch.setattr(paging, "COUNTED", 6)


def topics():
    return Topic.objects.order_by("position", "pk")


@pytest.fixture(params=["asked anew", "prepared"])
def turn_to(rf, request):
    prepared = PreparedRows(lambda _reader: topics(), PER_PAGE)
    is_prepared = request.param == "prepared"

    def get(number="1", **query):
        request = rf.get("/topics/", query | {"page": number})
        request.user = AnonymousUser()
        return prepared_page_of(request, prepared, None) if is_prepared else page_of(request, topics(), PER_PAGE)

    return get


@pytest.mark.parametrize("count", [0, 5, 6, 7, 14, 16])
def test_every_row_stands_on_one_page_in_its_order(db, short, turn_to, count):
    made = [make_topic(position=number % 4) for number in range(count)]

    pages = [turn_to(number) for number in turn_to().paginator.page_range]

    assert [topic for each in pages for topic in each] == list(topics())
    assert turn_to().paginator.count == len(made)
    assert all(len(each.object_list) == PER_PAGE for each in pages[:-1])


def test_a_number_beyond_the_list_gives_its_last_page(db, short, turn_to):
    for _number in range(10):
        make_topic()

    assert turn_to("99").number == 4
    assert turn_to("x").number == 1
    assert list(turn_to("99")) == [topics().last()]


def test_a_short_list_is_counted_each_time(db, short, turn_to):
    make_topic()
    assert turn_to().paginator.count == 1
    make_topic()

    assert turn_to().paginator.count == 2


def test_a_long_list_is_counted_once_for_each_question(db, short, turn_to):
    for _number in range(8):
        make_topic()
    assert turn_to(kept="a").paginator.count == 8
    make_topic()

    assert turn_to(kept="a").paginator.count == 8
    assert turn_to(kept="b").paginator.count == 9


def test_the_last_page_is_read_from_the_end(db, short, turn_to):
    for _number in range(8):
        make_topic()

    with CaptureQueriesContext(connection) as queries:
        rows = turn_to("3").object_list

    assert rows == list(topics())[6:]
    assert '"position" DESC' in queries[-1]["sql"]
    assert "OFFSET" not in queries[-1]["sql"].replace("OFFSET 0", "")
