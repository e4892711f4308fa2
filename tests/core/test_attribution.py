"""A mark recognises its owner and names nobody."""

from apps.core import attribution


def test_mark_is_the_same_for_the_same_parts_only():
    mark = attribution.mark("comment", "abc", "7")

    assert mark == attribution.mark("comment", "abc", "7")
    assert len({mark, *(attribution.mark(*parts) for parts in OTHERS)}) == 1 + len(OTHERS)


OTHERS = [("comment", "abc", "8"), ("comment", "abd", "7"), ("post", "abc", "7"), ("comment", "ab", "c7")]


def test_mark_hangs_on_its_own_key_and_not_on_the_secret_key(settings):
    mark = attribution.mark("comment", "abc", "7")

    settings.SECRET_KEY = "another-key-of-at-least-fifty-characters-in-all-0123456789"
    same = attribution.mark("comment", "abc", "7")
    settings.ATTRIBUTION_KEY = "another-key-of-at-least-fifty-characters-in-all-0123456789"

    assert same == mark
    assert attribution.mark("comment", "abc", "7") != mark


def test_mark_is_160_bits_of_base_32():
    mark = attribution.mark("comment", "abc", "7")

    assert len(mark) == 32
    assert set(mark) <= set("abcdefghijklmnopqrstuvwxyz234567")
