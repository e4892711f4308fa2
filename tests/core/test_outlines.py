"""An outline shows what its template would show, whatever stands in the values, and draws it once."""

import pytest
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import override

from apps.core import outlines
from apps.core.outlines import Outline

NOTE = "_note.html"


@pytest.fixture
def drawn(monkeypatch):
    """What was drawn through the template."""
    contexts = []

    def render(template, context):
        contexts.append(context)
        return render_to_string(template, context)

    monkeypatch.setattr(outlines, "render_to_string", render)
    return contexts


@pytest.mark.parametrize("words", ["World", "{heading} {} {{0}}", "<b>&amp;\"'", "4611686018427387904", "%s \\1"])
def test_it_shows_what_the_template_shows(words):
    values = {"heading": words, "text": f"a {words}"}

    assert Outline(NOTE).filled(values, kind="warn") == render_to_string(NOTE, values | {"kind": "warn"})


def test_markup_stays_markup_and_only_where_it_is():
    note = Outline(NOTE)

    assert "<b>x</b>" in note.filled({"heading": mark_safe("<b>x</b>"), "text": ""})
    assert "<b>x</b>" not in note.filled({"heading": "<b>x</b>", "text": ""})


def test_rows_share_a_drawing(drawn):
    note = Outline(NOTE)

    assert "one" in note.filled({"heading": "one", "text": "a"})
    assert "two" in note.filled({"heading": "two", "text": "b"})
    assert len(drawn) == 1


def test_rows_are_drawn_one_by_one_in_their_order():
    note = Outline(NOTE)
    rows = [({"heading": word, "text": word * 2}, {"kind": kind}) for word in "ba" for kind in ("", "warn")]

    assert note.each(rows) == [note.filled(values, **choices) for values, choices in rows]
    assert note.each([]) == []


def test_what_is_missing_or_chosen_otherwise_and_other_languages_are_drawn_anew(drawn):
    note = Outline(NOTE)

    note.filled({"heading": "one", "text": "a"})
    note.filled({"heading": "one", "text": ""})
    note.filled({"heading": "one", "text": "a"}, kind="warn")
    with override("de"):
        note.filled({"heading": "one", "text": "a"})

    assert len(drawn) == 4
