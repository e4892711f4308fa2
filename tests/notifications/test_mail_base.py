"""Every mail has one design: whole without its style block, light, and with the same facts in both parts."""

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import css_inline
import pytest
from django.template import Context, engines

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2027, 6, 10, 13, 0, tzinfo=UTC)
HTML = """{% extends "mail/base.html" %}
{% block heading %}{{ happening.title }}{% endblock %}
{% block body %}<p class="prose ink">{{ words }}</p>{% endblock %}
{% block rows %}
  {% include "mail/_when.html" %}
  {% include "mail/_button.html" with url=url text="Answer" note="It opens a page." %}
  {% include "mail/_chatham.html" %}
{% endblock %}
{% block facts %}{% include "mail/_fact.html" with term="Where" value=place url=url %}{% endblock %}
"""
TEXT = """{% extends "mail/base.txt" %}
{% block heading %}{{ happening.title }}{% endblock %}
{% block body %}{{ words }}{% endblock %}
{% block rows %}
  {% include "mail/_when.txt" %}
  {% include "mail/_button.txt" with url=url text="Answer" note="It opens a page." %}
  {% include "mail/_chatham.txt" %}
{% endblock %}
{% block facts %}{% include "mail/_fact.txt" with term="Where" value=place url=url %}{% endblock %}
"""


def make_context(**changes):
    happening = SimpleNamespace(
        title="Baselines & <limits>",
        starts_at=START,
        ends_at=START + timedelta(minutes=90),
        time_zone=BERLIN,
        place="Bonn",
    )
    context = {
        "happening": happening,
        "words": "Please say whether you come.",
        "url": "https://portal.example.org/rsvp/a1/",
        "place": "Bonn & online",
        "site_name": "CMM-WG",
        "site_url": "https://portal.example.org/",
        "recipient_name": "Lupe Fonoti",
        "recipient_zone": ZoneInfo("Pacific/Apia"),
        "language": "en",
        "kind_label": "Invitation to an event",
        "why": "You receive this because you were invited.",
        "unsubscribe_url": "https://portal.example.org/unsubscribe/a1/",
        "settings_url": "https://portal.example.org/settings/mail/",
        "paragraph": "First line.\nSecond <line>.",
    }
    return Context({**context, **changes})


def write(source, **changes):
    return engines["django"].engine.from_string(source).render(make_context(**changes))


def inlined(**changes):
    return css_inline.CSSInliner(load_remote_stylesheets=False).inline(write(HTML, **changes))


def test_mail_html_keeps_the_media_block_and_inlines_the_rest():
    html = inlined()

    blocks = re.findall(r"<style[^>]*>(.*?)</style>", html, re.DOTALL)
    assert len(blocks) == 1
    outside = re.sub(r"@media[^{]+\{(?:[^{}]+\{[^}]*\})*\s*\}|/\*.*?\*/", "", blocks[0], flags=re.DOTALL)
    assert outside.strip() == ""
    assert re.search(r'<td class="yes"[^>]* style="background: #0c5266;', html)
    assert re.search(r'<h1 class="ink"[^>]* style="', html)


def test_mail_html_is_light_and_fetches_nothing():
    html = inlined(paragraph="word " * 2000)

    assert len(html.encode()) < 90_000
    assert not re.search(r"<(img|link|script|iframe)\b|\bsrc=|url\(|position:|display:\s*(flex|grid)", html)


def test_mail_html_style_blocks_fit_the_smallest_client():
    assert len("".join(re.findall(r"<style[^>]*>(.*?)</style>", inlined(), re.DOTALL))) < 8_000


def test_mail_html_tables_are_for_layout_only():
    html = inlined()

    assert all('role="presentation"' in tag for tag in re.findall(r"<table[^>]*>", html))


def test_mail_parts_hold_the_same_facts():
    html, text = inlined(), write(TEXT)

    for fact in ("Friday 11 June 2027", "02:00", "03:30", "UTC+13", "+1 day", "Thursday 10 June 2027", "15:00",
                 "CEST, UTC+2", "13:00", "https://portal.example.org/rsvp/a1/", "Chatham House Rule", "Lupe Fonoti",
                 "Please say whether you come.", "You receive this because", "https://portal.example.org/unsubscribe/a1/",
                 "https://portal.example.org/settings/mail/", "It opens a page."):  # fmt: skip
        assert fact in html, fact
        assert fact in text, fact


def test_mail_text_is_not_escaped_and_html_is():
    html, text = inlined(), write(TEXT)

    assert "Baselines & <limits>" in text
    assert "Second <line>." in text
    assert "Where: Bonn & online https://portal.example.org/rsvp/a1/" in text
    assert "Baselines &amp; &lt;limits&gt;" in html
    assert "First line.<br>Second &lt;line&gt;." in html


def test_mail_text_reads_reader_first_then_event_then_utc():
    text = write(TEXT)

    lines = [line for line in text.splitlines() if "June 2027" in line]
    assert lines == [
        "Your time in Apia: Friday 11 June 2027 (+1 day), 02:00–03:30 (UTC+13)",
        "At the event in Bonn: Thursday 10 June 2027, 15:00–16:30 (CEST, UTC+2)",
        "Universal time: Thursday 10 June 2027, 13:00–14:30 (UTC)",
    ]


@pytest.mark.parametrize("source", [HTML, TEXT])
def test_mail_without_options_leaves_them_out(source):
    mail = write(source, unsubscribe_url="", settings_url="", paragraph="", recipient_name="")

    assert "unsubscribe" not in mail
    assert "settings" not in mail
    assert "Dear" not in mail


def test_mail_text_never_leaves_two_blank_lines():
    assert "\n\n\n" not in write(TEXT, paragraph="", recipient_name="")
