"""A kept fragment is drawn once for the same values in the same language, and for nothing else."""

from django.utils.safestring import mark_safe
from django.utils.translation import override

from apps.core.fragments import kept_fragment


def make_fragment():
    drawn = []

    @kept_fragment("_note.html")
    def note(heading, **more):
        drawn.append(heading)
        return {"heading": heading, **more}

    return note, drawn


def test_the_same_values_are_drawn_once():
    note, drawn = make_fragment()

    assert note("Hello", text="World") == note("Hello", text="World")
    assert drawn == ["Hello"]
    assert "World" in note("Hello", text="World")


def test_other_values_and_languages_are_drawn_anew():
    note, drawn = make_fragment()

    note("Hello", text="a")
    note("Hello", text="b")
    with override("de"):
        note("Hello", text="a")

    assert len(drawn) == 3


def test_what_is_safe_once_is_still_escaped_elsewhere():
    note, _drawn = make_fragment()

    assert "<b>x</b>" in note(mark_safe("<b>x</b>"))
    assert "<b>x</b>" not in note("<b>x</b>")
