"""The made-up mail of every kind holds what every mail is held to, in each language, near and far from UTC."""

import html
import re
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from apps.notifications.kinds import KINDS
from apps.notifications.samples import sample_letter
from tests.make import NOW

ZONES = ["Pacific/Apia", "America/St_Johns"]
# The two parts break their lines differently.
BLANKS = re.compile(r"\s+")


@pytest.fixture(params=sorted(KINDS))
def slug(request):
    return request.param


@pytest.fixture(params=[(code, zone) for code, _name in settings.LANGUAGES for zone in ZONES], ids=" ".join)
def letter(request, slug):
    language, zone = request.param
    return sample_letter(slug, language=language, zone=ZoneInfo(zone), now=NOW)


def plain(markup):
    """The words of a piece of HTML."""
    return BLANKS.sub(" ", html.unescape(re.sub(r"<[^>]+>", " ", markup))).strip()


def test_sample_has_a_short_subject_in_one_line(letter):
    assert 0 < len(letter.subject) <= 60
    assert "\n" not in letter.subject


def test_sample_is_light_and_fetches_nothing(letter):
    assert letter.html_bytes < 90_000
    assert not re.search(r"<(img|link|script|iframe)\b|\bsrc=|url\(|@import", letter.html)


def test_sample_has_one_link_that_matters_at_most(letter):
    buttons = re.findall(r'<td class="yes".*?<a href="([^"]+)"', letter.html, re.DOTALL)

    assert len(buttons) <= 1
    assert all(f"\n{html.unescape(address)}\n" in letter.text for address in buttons)


def test_sample_says_all_of_it_in_the_text_part_too(letter):
    said = BLANKS.sub(" ", letter.text)
    paragraphs = re.findall(r'<(?:h1|p class="prose)\b[^>]*>(.*?)</(?:h1|p)>', letter.html, re.DOTALL)
    links = {html.unescape(address) for address in re.findall(r'href="([^"]+)"', letter.html)}

    phrases = [phrase for each in paragraphs for piece in each.split("<br>") if (phrase := plain(piece))]
    assert len(phrases) >= 2
    assert [phrase for phrase in phrases if phrase not in said] == []
    assert sorted(link for link in links if link not in letter.text) == []


def test_sample_names_why_it_comes_at_its_foot(letter):
    foot = letter.text.rpartition("\n--\n")[2].splitlines()
    in_html = plain(re.search(r'<p class="foot-text.*?</p>', letter.html, re.DOTALL)[0])

    assert len(foot[0]) > 30
    assert foot[0].split(". ")[0].removesuffix(".") in in_html


def test_sample_of_an_optional_kind_can_be_switched_off(slug, letter):
    assert ("/unsubscribe/" in letter.text) == KINDS[slug].is_optional
    assert ("/unsubscribe/" in letter.html) == KINDS[slug].is_optional


def test_sample_shows_no_token_and_nobody_real(letter):
    whole = letter.subject + letter.text + letter.html

    assert "~~" not in whole
    assert set(re.findall(r"[\w.]+@[\w.]+", whole)) <= {"reader@example.org"}
