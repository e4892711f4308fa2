"""Where a comment with a typed section belongs in a text without pages."""

import pytest

from apps.publications import anchors
from apps.publications.anchors import Outline

TEXT = [
    "2.1 Scope",  # 1: the table of contents
    "2.1.3 Terms",
    "Annex A",
    "2.1. Scope",  # 4
    "What it covers.",
    "2.1.3 Terms",  # 6
    "7b Rules",
    "2.1 is where this sentence begins, which is too long to be a heading. " + "And on it goes. " * 20,
    "ANNEX A",  # 9
]


@pytest.mark.parametrize(
    ("section", "paragraph", "place"),
    [
        ("2.1", "", 4),
        ("Section 2.1.", "1", 5),
        ("2.1 scope", "", 4),
        ("scope", "", 4),
        ("2.1.3", "", 6),
        ("7b", "", 7),
        ("7", "", None),
        ("annex a", "Figure 3", 9),
        ("2", "", None),
        ("", "5", 5),
        ("", "", None),
        ("2.1", "99", 4),
    ],
)
def test_place_is_the_last_heading_that_goes_by_the_name(section, paragraph, place):
    assert Outline(TEXT).paragraph_of(section, paragraph) == place


def test_text_is_read_once_however_many_sections_are_asked_for(monkeypatch):
    read, plain = [], anchors._plain
    monkeypatch.setattr(anchors, "_plain", lambda text: read.append(text) or plain(text))
    outline = Outline(TEXT)

    assert {outline.paragraph_of(f"9.{number}", "") for number in range(500)} == {None}
    assert len(read) <= len(TEXT) + 2 * 500
