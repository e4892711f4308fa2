"""Words are found whatever their accents and capitals, by Python and by the database alike."""

import re

import pytest

from apps.core.accents import beginning_of, pattern_of, spelled
from apps.core.models import Heartbeat
from tests.make import NOW


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("nguyen", "Nguyễn Thị Ánh Dương"),
        ("NGUYỄN", "nguyen"),
        ("duc", "Trần Đức Bình"),
        ("weissgerber", "Friedemann Weißgerber"),
        ("weißgerber", "Friedemann Weissgerber"),
        ("leaupepe", "Tavita Leʻaupepe"),
        ("le'aupepe", "Tavita Leʻaupepe"),
        ("leʻaupepe", "Tavita Leaupepe"),
        ("aissatou", "Aïssatou Fall"),
        ("aissatou", "Ai\u0308ssatou Fall"),
        ("łukasz", "Lukasz"),
        ("strasse", "STRAẞE"),
        ("оксана", "ОКСАНА Зразкова"),
        ("北", "東北"),
        ("نورة", "نورة بنت سعد"),
        ("a.b", "A.B (c)"),
        ("(c)", "A.B (c)"),
        ("[x]^$\\", "[X]^$\\"),
        ("6.2", "Article 6.2"),
    ],
)
def test_word_is_found_as_it_is_typed(db, typed, written):
    Heartbeat.strike(written, NOW)

    assert re.search(pattern_of(typed), written)
    assert Heartbeat.objects.filter(name__regex=pattern_of(typed)).exists()


@pytest.mark.parametrize(
    ("typed", "written"), [("a.b", "axb"), ("muller", "Miller"), ("(", "x"), ("й", "и"), ("nguyen", "Nguoc")]
)
def test_other_words_are_not_found(db, typed, written):
    Heartbeat.strike(written, NOW)

    assert not re.search(pattern_of(typed), written)
    assert not Heartbeat.objects.filter(name__regex=pattern_of(typed)).exists()


def test_a_word_of_apostrophes_alone_narrows_nothing():
    assert pattern_of("'ʻ") == ""


@pytest.mark.parametrize(
    ("typed", "written", "is_found"),
    [
        ("okusitino", "ʻOkusitino Māhina", True),
        ("NGUYEN", "Nguyễn Thị Ánh", True),
        ("weiss", "Weißgerber", True),
        ("anh", "Nguyễn Thị Ánh", False),
        ("'", "Anybody", False),
    ],
)
def test_beginning_is_found_at_the_beginning_alone(db, typed, written, is_found):
    Heartbeat.strike(written, NOW)

    assert Heartbeat.objects.filter(name__regex=beginning_of(["zz", typed])).exists() is is_found


@pytest.mark.parametrize(
    ("text", "plain", "ends"),
    [
        ("Aï", "ai", [1, 2]),
        ("Ai\u0308 B", "ai b", [1, 3, 4, 5]),
        ("Leʻa", "lea", [1, 2, 4]),
        ("Groß!", "gross!", [1, 2, 3, 4, 4, 5]),
        ("\u0301x", "x", [2]),
        ("Łę", "le", [1, 2]),
        ("", "", []),
    ],
)
def test_text_is_spelled_plainly_and_leads_back_to_its_places(text, plain, ends):
    assert spelled(text) == (plain, ends)
