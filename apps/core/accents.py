"""Words as they are typed against words as they are written: found whatever their accents, marks and capitals.

As a regular expression, which SQLite (through Python) and PostgreSQL understand alike, or folded beforehand for the
search; neither database folds accents by itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from itertools import chain

# Latin-1, Latin Extended-A and -B, Latin Extended Additional (Vietnamese among them).
_LATIN = (range(0xC0, 0x250), range(0x1E00, 0x1F00))
# Letters that are no base letter with a mark to Unicode, but are to whoever has no such key.
_STRUCK = {"đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ø": "o", "ŧ": "t", "ɔ": "o", "ɛ": "e"}
# Between letters: combining marks, and the apostrophes of Polynesian and Arabic names, typed or not.
_APOSTROPHES = "'`´ʹʻʼʽʾʿ‘’"
_MARKS = f"[\u0300-\u036f{_APOSTROPHES}]*"


def pattern_of(word: str) -> str:
    """Return a regular expression for the ``regex`` lookup: "nguyen" finds "Nguyễn", and "Weissgerber" "Weißgerber"."""
    word = unicodedata.normalize("NFC", word).replace("ß", "ss").replace("ẞ", "ss")
    letters = [_base(letter) for letter in word if letter not in _APOSTROPHES]
    pattern = _MARKS.join(_any_form(letter) for letter in letters)
    double = _MARKS.join([_any_form("s")] * 2)
    return pattern.replace(double, f"(?:[ßẞ]|{double})")


def beginning_of(words: Iterable[str]) -> str:
    """Return a regular expression for the ``regex`` lookup that finds what begins with one of the words, as
    ``pattern_of`` finds them.
    """
    patterns = sorted(filter(None, map(pattern_of, words)))
    return f"^{_MARKS}(?:{'|'.join(patterns)})"


def spelled(text: str) -> tuple[str, list[int]]:
    """Return ``text`` as it is spelled without accents, marks, apostrophes and capitals, "ß" as "ss"; and for each
    letter of that the place in ``text`` behind it and its marks.
    """
    letters: list[str] = []
    ends: list[int] = []
    for end, letter in enumerate(text, start=1):
        if "\u0300" <= letter <= "\u036f":
            if ends:
                ends[-1] = end
        elif letter not in _APOSTROPHES:
            plain = "ss" if letter in "ßẞ" else _plainest(letter)
            letters += plain
            ends += [end] * len(plain)
    return "".join(letters), ends


def fold(text: str) -> str:
    """Return ``text``, letter for letter as long as before, as small letters and digits without accents, and spaces.

    A place in the folded text is the same place in the text. "ß" stays; who types "ss" is for the asking side to know.
    """
    return text.translate(_FOLDED)


class _Folds(dict[int, str]):
    """{code point: what it is folded to}, filled as letters come up."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        folded = _plainest(letter) if letter.isalnum() else letter
        is_word = folded.isalnum() or unicodedata.category(folded).startswith("M")
        self[code] = folded if is_word else " "
        return self[code]


_FOLDED = _Folds()


def _plainest(letter: str) -> str:
    """Return one small letter or digit: what is a figure to readers is one, such as the 2 of CO₂."""
    small = letter.lower()[:1]
    first = unicodedata.normalize("NFKD", small)[:1].lower()
    return _STRUCK.get(small, first if first.isascii() and first.isalnum() else small)


def _any_form(letter: str) -> str:
    """One base letter as any of its forms; whatever is no letter stands for itself."""
    forms = {letter, letter.upper(), letter.lower(), *_forms().get(letter, ())}
    single = sorted(form for form in forms if len(form) == 1)
    return f"[{''.join(single)}]" if letter.isalnum() else re.escape(letter)


@cache
def _forms() -> dict[str, set[str]]:
    """{base letter: every Latin letter that is it with a mark}."""
    found: dict[str, set[str]] = defaultdict(set)
    for letter in (*map(chr, chain(*_LATIN)), *_STRUCK):
        if _base(letter) != letter:
            found[_base(letter)] |= {letter}
    return found


def _base(letter: str) -> str:
    """Return the small letter without marks where it is a Latin one, else the small letter."""
    small = letter.lower()
    first = unicodedata.normalize("NFKD", small)[:1]
    return _STRUCK.get(small, first if first.isascii() and first.isalpha() else small)
