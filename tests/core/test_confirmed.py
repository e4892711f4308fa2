"""What a confirming page carries: signed, of one act, one person, for some hours."""

from datetime import timedelta

import pytest
import time_machine

from apps.core.confirmed import VALID_FOR, Confirmed, id_numbers, sign, unsign
from tests.make import NOW


def test_what_was_shown_comes_back():
    shown = Confirmed([3, 1, 2], note="7")

    assert unsign(sign(shown, act="invite.5", person_id=1), act="invite.5", person_id=1) == shown


def test_each_page_has_its_own_mark():
    assert Confirmed([1]).once != Confirmed([1]).once


def test_five_thousand_ids_stay_small():
    assert len(sign(Confirmed(list(range(100_000, 105_000))), act="x", person_id=1)) < 25_000


@pytest.mark.parametrize(("act", "person_id"), [("invite.6", 1), ("invite.5", 2)])
def test_it_is_of_no_use_elsewhere_or_for_others(act, person_id):
    assert unsign(sign(Confirmed([1]), act="invite.5", person_id=1), act=act, person_id=person_id) is None


def test_it_ends_after_some_hours():
    with time_machine.travel(NOW, tick=False):
        value = sign(Confirmed([1]), act="x", person_id=1)

    with time_machine.travel(NOW + VALID_FOR + timedelta(seconds=1), tick=False):
        assert unsign(value, act="x", person_id=1) is None


@pytest.mark.parametrize("value", ["", "rubbish", "a:b:c", "\u202e"])
def test_rubbish_is_nothing(value):
    assert unsign(value, act="x", person_id=1) is None


def test_only_row_numbers_are_taken_from_an_address():
    assert id_numbers(["1", "x", "", "-2", "٣", "9" * 40, "007"]) == [1, 7]
