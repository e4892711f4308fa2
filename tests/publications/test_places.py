"""Comments stand in the order of the document."""

from apps.publications.places import place_key

IN_ORDER = [
    (1, "", "", ""),
    (2, "2.9", "", ""),
    (2, "2.10", "3", "7"),
    (2, "2.10", "3", "12"),
    (2, "2.10", "", ""),
    (10, "", "Table 2", ""),
    (10, "", "Table 11", ""),
    (None, "1", "", ""),
    (None, "A.1", "", ""),
    (None, "", "", ""),
]


def test_places_sort_in_the_order_of_the_document():
    keys = [place_key(*place) for place in IN_ORDER]

    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


def test_place_of_any_length_fits_its_column():
    assert len(place_key(9999, "9" * 60, "x" * 60, "ß" * 30)) <= 120
