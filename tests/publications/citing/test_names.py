"""Names taken apart, and left whole where nobody can tell."""

import pytest

from apps.publications.citing.names import Name, corporate, person


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("Ada Author", Name(family="Author", given="Ada")),
        ("Ada B. Author", Name(family="Author", given="Ada B.")),
        ("Hanna-Mari Ahonen", Name(family="Ahonen", given="Hanna-Mari")),
        ("Ada van der Berg", Name(family="Berg", given="Ada", particle="van der")),
        ("Berg, Ada", Name(family="Berg", given="Ada")),
        ("van der Berg, Ada", Name(family="Berg", given="Ada", particle="van der")),
        ("García Márquez, Gabriel", Name(family="García Márquez", given="Gabriel")),
        ("Sammy Davis Jr.", Name(family="Davis", given="Sammy", suffix="Jr.")),
        ("Sammy Davis, Jr.", Name(family="Davis", given="Sammy", suffix="Jr.")),
        ("Plato", Name(literal="Plato")),
        ("王小明", Name(literal="王小明")),
        ("김 민지", Name(literal="김 민지")),
        ("محمد الأحمد", Name(family="الأحمد", given="محمد")),
        ("Юлия Петрова", Name(family="Петрова", given="Юлия")),
        ("bell hooks", Name(family="hooks", given="bell")),
        ("van", Name(literal="van")),
        (", Ada", Name(given="Ada")),
    ],
)
def test_person_in_parts(written, parts):
    assert person(written) == parts


def test_organisation_is_never_taken_apart():
    assert corporate("Ministry of Climate, and of the Sea") == Name(literal="Ministry of Climate, and of the Sea")


@pytest.mark.parametrize(
    ("name", "sorted_as"),
    [
        (person("Ada van der Berg"), "van der Berg, Ada"),
        (person("Sammy Davis Jr."), "Davis, Sammy, Jr."),
        (corporate("Institute for A"), "Institute for A"),
    ],
)
def test_name_as_bibliographies_sort_it(name, sorted_as):
    assert name.last_first == sorted_as
