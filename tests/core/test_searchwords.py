from apps.core.accents import fold
from apps.core.searchwords import LONGEST, MOST_WORDS, Term, read


def terms(typed):
    return [(" ".join(term.words), term.is_open) for term in read(typed).terms]


def test_words_are_folded_and_the_last_may_go_on():
    assert terms("Détection of CREDIT") == [("detection", False), ("of", False), ("credit", True)]


def test_quoted_words_stand_in_a_row_and_end():
    assert terms('art “Carbon  Market” "Łódź"') == [("art", False), ("carbon market", False), ("lodz", False)]


def test_a_word_with_a_mark_inside_is_two_in_a_row():
    assert terms("6.4 d'Ivoire") == [("6 4", False), ("d ivoire", True)]


def test_a_lone_latin_letter_does_not_go_on_and_another_script_does():
    assert terms("a") == [("a", False)]
    assert terms("水") == [("水", True)]


def test_hostile_texts_are_words_or_nothing():
    assert terms('" OR NEAR(a b) * ^title: -') == [
        ("or", False),
        ("near a", False),
        ("b", False),
        ("title", True),
    ]
    assert terms("") == terms('""') == terms("!!! \u202e …") == terms("\x00") == []
    assert terms("a\x00b'); DROP TABLE x--")[0] == ("a b", False)
    assert terms("شبكة‎ الكربون") == [("شبكة", False), ("الكربون", True)]


def test_a_text_too_long_is_cut_and_says_so():
    assert read("word " * 200_000).is_cut
    many = read(" ".join(f"w{number}" for number in range(40)))
    assert (len(many.terms), many.is_cut) == (MOST_WORDS, True)
    assert len(read("x" * 1_000_000).terms[0].words[0]) == LONGEST


def test_sharp_s_is_looked_for_in_both_spellings():
    assert Term(("strasse",)).forms == [("strasse",), ("straße",)]
    assert Term(("straße",)).forms == [("strasse",), ("straße",)]
    assert Term(("market",)).forms == [("market",)]


def test_folding_keeps_every_place():
    text = "Nguyễn’s CO₂ – Łódź, Straße №5 水 😀 İzmir"

    assert fold(text) == "nguyen s co2   lodz  straße  5 水   izmir"
    assert len(fold(text)) == len(text)
