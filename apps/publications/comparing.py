"""Two versions compared: which sentences or paragraphs changed, and in those, which words. Bounded in time.

The differences come from diff-match-patch (Google's, after Myers, "An O(ND) Difference Algorithm", 1986): first over
whole units, so that 400 pages are some thousand steps, then over the words of a changed unit as long as time is left.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock

from diff_match_patch import diff_match_patch

from apps.publications.models import Version

UNITS_SECONDS = 3.0
WORDS_SECONDS = 2.0
# Of what stayed the same, so many units show around a change.
CONTEXT = 1
MOST_ROWS = 1_000
MOST_KNOWN = 50
WAITS_SECONDS = 1.0
_EQUAL, _DELETED, _INSERTED = 0, -1, 1
# After the end of a sentence, before what may begin one: a PDF knows lines, not paragraphs.
_SENTENCE_END = re.compile(r"(?<=[.!?:;])[”’\"')\]]*\s+(?=[A-Z0-9À-ÞΑ-ΩА-Я“‘\"'(\[•–])")
_BROKEN_WORD = re.compile(r"(?<=\w)[-\u00ad\u2010\ufffe]\s*\n\s*(?=[a-zß-ÿ])")
# A line that stands for itself: it begins with the number or mark of a heading or item.
_NUMBERED = re.compile(r"(\d+(\.\d+)*\.?|[•–*-]|\([a-z\d]{1,3}\)|Annex)\s")
_ONLY_NUMBER = re.compile(r"[\d.]+|\([a-z\d]{1,3}\)")
# Of the longest line on its page: a shorter one ends a paragraph or is a heading.
_SHORT = 0.6
_TOKEN = re.compile(r"\s+|[^\W_]+|[\W_]")

# (same, removed or added; text)
type Piece = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One unit on either side. ``kind``: same, changed, removed, added, or gap for ``skipped`` units left out."""

    kind: str
    before: tuple[Piece, ...] = ()
    after: tuple[Piece, ...] = ()
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    rows: tuple[Row, ...]
    changes: int
    is_cut: bool


# One at a time, whoever asks: it takes a processor for seconds.
_turn = Lock()
_known: OrderedDict[bytes, Comparison] = OrderedDict()


def known(before: Version, after: Version) -> Comparison | None:
    """Return what ``compared`` has found before, if this process still has it."""
    return _known.get(_key(before, after))


def compared(before: Version, after: Version) -> Comparison | None:
    """Return the changes from one version to another, both read; some seconds at the most. None while this process is
    at another comparison.
    """
    if not _turn.acquire(timeout=WAITS_SECONDS):
        return None
    try:
        began = time.monotonic()
        comparison = compare(units_of(before), units_of(after))
        if time.monotonic() - began < UNITS_SECONDS:  # else it may be less fine than at a quieter time
            _known[_key(before, after)] = comparison
            while len(_known) > MOST_KNOWN:
                _known.popitem(last=False)
        return comparison
    finally:
        _turn.release()


def _key(before: Version, after: Version) -> bytes:
    return hashlib.sha256(repr((before.format, before.text, after.format, after.text)).encode()).digest()


def units_of(version: Version) -> list[str]:
    """Return what is compared: the paragraphs of a DOCX, the sentences and headings of a PDF."""
    if version.format == Version.Format.DOCX:
        return [line for line in version.text.split("\n") if line]
    text = _BROKEN_WORD.sub("", version.text.replace("\r", ""))
    return [unit for paragraph in _paragraphs(text) for unit in _sentences(paragraph)]


def _paragraphs(text: str) -> Iterator[str]:
    """Yield lines joined to what they seem to be: up to a short line, and from one that is numbered."""
    open_lines: list[str] = []
    for page in text.split("\f"):
        lines = [" ".join(line.split()) for line in page.split("\n") if line.strip()]
        longest = max(map(len, lines), default=0)
        for line in lines:
            if open_lines and _NUMBERED.match(line):
                yield " ".join(open_lines)
                open_lines = []
            open_lines.append(line)
            if len(line) < _SHORT * longest:
                yield " ".join(open_lines)
                open_lines = []
    if open_lines:
        yield " ".join(open_lines)


def _sentences(paragraph: str) -> Iterator[str]:
    """Yield its sentences; the number it begins with stays with the first."""
    number = ""
    for sentence in filter(None, _SENTENCE_END.split(paragraph)):
        if _ONLY_NUMBER.fullmatch(sentence):
            number += f"{sentence} "
        else:
            yield number + sentence
            number = ""
    if number:
        yield number.strip()


def compare(before: list[str], after: list[str]) -> Comparison:
    """Return the changes between two texts, each with what surrounds it."""
    rows = list(_rows(before, after))
    changes = sum(row.kind != "same" for row in rows)
    shown = list(_around_changes(rows))
    return Comparison(tuple(shown[:MOST_ROWS]), changes, len(shown) > MOST_ROWS)


def _rows(before: list[str], after: list[str]) -> Iterator[Row]:
    until = time.monotonic() + UNITS_SECONDS + WORDS_SECONDS
    removed: list[str] = []
    added: list[str] = []
    for operation, units in [*_differences(before, after, UNITS_SECONDS), (_EQUAL, [])]:
        if operation == _DELETED:
            removed += units
        elif operation == _INSERTED:
            added += units
        else:
            yield from _changed(removed, added, until)
            removed, added = [], []
            yield from (Row("same", (("same", unit),), (("same", unit),)) for unit in units)


def _changed(removed: list[str], added: list[str], until: float) -> Iterator[Row]:
    """One against the other as far as both reach, then what is left over on one side."""
    for old, new in zip(removed, added, strict=False):
        yield _words(old, new) if time.monotonic() < until else Row("changed", (("removed", old),), (("added", new),))
    both = min(len(removed), len(added))
    yield from (Row("removed", before=(("removed", unit),)) for unit in removed[both:])
    yield from (Row("added", after=(("added", unit),)) for unit in added[both:])


def _words(old: str, new: str) -> Row:
    pieces = list(_differences(_TOKEN.findall(old), _TOKEN.findall(new), 0.1, is_tidied=True))
    before = tuple((_KINDS[operation], "".join(tokens)) for operation, tokens in pieces if operation != _INSERTED)
    after = tuple((_KINDS[operation], "".join(tokens)) for operation, tokens in pieces if operation != _DELETED)
    return Row("changed", before, after)


_KINDS = {_EQUAL: "same", _DELETED: "removed", _INSERTED: "added"}


def _differences(
    before: list[str], after: list[str], seconds: float, *, is_tidied: bool = False
) -> Iterator[tuple[int, list[str]]]:
    """Yield (operation, units). The library compares letters: each different unit becomes one."""
    differ = diff_match_patch()
    differ.Diff_Timeout = seconds
    letters: dict[str, str] = {}
    known: list[str] = []

    def written(units: list[str]) -> str:
        for unit in units:
            if unit not in letters:
                letters[unit] = chr(len(known))
                known.append(unit)
        return "".join(letters[unit] for unit in units)

    found = differ.diff_main(written(before), written(after), checklines=False)
    if is_tidied:
        differ.diff_cleanupSemantic(found)
    for operation, text in found:
        yield operation, [known[ord(letter)] for letter in text]


def _around_changes(rows: list[Row]) -> Iterator[Row]:
    """Leave out what stayed the same, but for what stands next to a change."""
    near = [False] * len(rows)
    for index, row in enumerate(rows):
        if row.kind != "same":
            first = max(0, index - CONTEXT)
            near[first : index + CONTEXT + 1] = [True] * len(near[first : index + CONTEXT + 1])
    skipped = 0
    for row, is_near in zip(rows, near, strict=True):
        if is_near:
            if skipped:
                yield Row("gap", skipped=skipped)
            skipped = 0
            yield row
        else:
            skipped += 1
    if skipped:
        yield Row("gap", skipped=skipped)
