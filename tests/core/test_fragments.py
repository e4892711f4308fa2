"""A kept fragment is drawn once for the same values in the same language, and for nothing else."""

from django.utils.safestring import mark_safe
from django.utils.translation import override

from apps.core.fragments import filled, joined, kept_fragment, open_place


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


def test_rows_are_drawn_one_by_one_in_their_order():
    note, drawn = make_fragment()
    one, other = note(heading="b"), note(heading="a")

    shown = note.each({"heading": heading} for heading in "abb")

    assert shown == [other, one, one]
    assert joined(shown) == other + one + one
    assert drawn == ["b", "a"]


def test_what_is_safe_once_is_still_escaped_elsewhere():
    note, _drawn = make_fragment()

    assert "<b>x</b>" in note(mark_safe("<b>x</b>"))
    assert "<b>x</b>" not in note("<b>x</b>")


def test_open_places_are_filled_anew_and_escaped():
    note, drawn = make_fragment()

    shown = [
        filled(note("Hello", text=open_place("name")), {"name": lambda name=name: name}) for name in ("Ann", "<b>")
    ]

    assert drawn == ["Hello"]
    assert "Ann" in shown[0]
    assert "Ann" not in shown[1]
    assert "&lt;b&gt;" in shown[1]


def test_what_no_place_asks_for_is_not_made():
    note, _drawn = make_fragment()

    assert "Hello" in filled(note("Hello"), {"name": lambda: 1 / 0})


def test_what_people_write_is_never_taken_for_an_open_place():
    note, _drawn = make_fragment()

    for written in ("one\x1ftwo", "see \x1fname\x1f here", "\x1f\x1f\x1f"):
        drawing = note(open_place("name"), text=written)
        assert filled(drawing, {"name": lambda: "Ada"}).count("Ada") == 1
        assert written in filled(drawing, {"name": lambda: "Ada"})
