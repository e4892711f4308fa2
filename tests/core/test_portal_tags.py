"""The template tags show icons, safe text and time as the portal's look asks for."""

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from lucide import IconDoesNotExist

BERLIN = ZoneInfo("Europe/Berlin")
APIA = ZoneInfo("Pacific/Apia")
START = datetime(2027, 6, 10, 13, 0, tzinfo=UTC)


def show(source, **context):
    return Template("{% load portal %}" + source).render(Context(context))


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def make_happening(minutes=90, place="Bonn", zone=BERLIN):
    return SimpleNamespace(starts_at=START, ends_at=START + timedelta(minutes=minutes), time_zone=zone, place=place)


def test_icon_is_drawn_for_eyes_only():
    svg = show('{% icon "check" 22 %}')

    assert svg.startswith('<svg width="22" height="22"')
    assert 'aria-hidden="true"' in svg
    assert 'stroke-width="1.75"' in svg


def test_icon_unknown_name_fails_loudly():
    with pytest.raises(IconDoesNotExist):
        show('{% icon "no-such-icon" %}')


def test_markdown_and_plain_show_the_same_text():
    source = "**Bold** & [x](https://example.org)"

    assert show("{{ text|markdown }}", text=source) == (
        '<p><strong>Bold</strong> &amp; <a href="https://example.org" rel="nofollow noopener">x</a></p>\n'
    )
    assert show("{% autoescape off %}{{ text|plain }}{% endautoescape %}", text=source) == (
        "Bold & x (https://example.org)"
    )


def test_moment_and_day_stand_in_a_time_element():
    assert show("{% moment at zone %}", at=START, zone=BERLIN) == (
        '<time datetime="2027-06-10T15:00+02:00">Thu 10 June 2027, 15:00 CEST (UTC+2)</time>'
    )
    assert show("{% day at zone %}", at=START, zone=APIA) == (
        '<time datetime="2027-06-11T02:00+13:00">Fri 11 June 2027</time>'
    )
    assert show("{% moment at nobody.time_zone %}", at=START) == (
        '<time datetime="2027-06-10T13:00+00:00">Thu 10 June 2027, 13:00 UTC</time>'
    )
    assert show("{% moment_text at zone %}", at=START, zone=APIA) == "Fri 11 June 2027, 02:00 UTC+13"


def test_when_shows_reader_first_and_both_rulers():
    html = show("{% when event zone %}", event=make_happening(), zone=APIA)

    assert words(html).startswith(
        "Your time in Apia Friday 11 June 2027 +1 day , the next day for you 02:00–03:30 UTC+13 "
        "At the event in Bonn Thursday 10 June 2027 15:00–16:30 CEST, UTC+2"
    )
    assert html.count('class="band"') == 2
    assert '<svg height="88" aria-hidden="true" focusable="false">' in html
    assert "style=" not in html


def test_when_stranger_sees_the_place_first_and_utc_beside():
    html = show("{% when event zone %}", event=make_happening(), zone=None)

    assert words(html).startswith(
        "At the event in Bonn Thursday 10 June 2027 15:00–16:30 CEST, UTC+2 Universal time, UTC"
    )
    assert 'class="shift"' not in html


def test_when_over_midnight_says_when_it_ends():
    html = show("{% when event zone %}", event=make_happening(minutes=12 * 60), zone=None)

    assert "Ends on Friday 11 June 2027" in words(html)


def test_when_for_days_has_no_ruler():
    html = show("{% when event zone %}", event=make_happening(minutes=3 * 24 * 60), zone=APIA)

    assert "<svg" not in html


def test_when_escapes_the_place():
    html = show("{% when event zone %}", event=make_happening(place="<b>x</b>"), zone=None)

    assert "&lt;b&gt;x&lt;/b&gt;" in html


def test_when_row_is_one_line_of_two_clocks(time_machine):
    time_machine.move_to(datetime(2027, 1, 1, tzinfo=UTC))

    html = show("{% when_row s e z 'Bonn' r %}", s=START, e=START + timedelta(hours=1), z=BERLIN, r=APIA)

    assert words(html) == "Fri 11 Jun 02:00–03:00 +1 day Apia Thu 10 Jun 15:00–16:00 Bonn"
    assert 'title="The date in Bonn is another one"' in html


def test_when_row_names_a_year_that_is_not_this_one(time_machine):
    time_machine.move_to(datetime(2026, 12, 1, tzinfo=UTC))

    html = show("{% when_row s e z '' r %}", s=START, e=START + timedelta(hours=1), z=BERLIN, r=BERLIN)

    assert words(html) == "Thu 10 Jun 2027 15:00–16:00 Berlin Thu 10 Jun 2027 13:00–14:00 UTC"


def test_when_row_over_midnight_names_both_days(time_machine):
    time_machine.move_to(datetime(2027, 1, 1, tzinfo=UTC))

    html = show("{% when_row s e z '' r %}", s=START, e=START + timedelta(hours=12), z=BERLIN, r=None)

    assert words(html).startswith("Thu 10 Jun 15:00 – Fri 11 Jun 03:00 Berlin")


def test_tidy_leaves_one_blank_line_and_no_space_at_ends():
    assert show("{% tidy %}\n\n one  \n\n \n\ntwo\n{% endtidy %}") == "one\n\ntwo\n"


def test_world_clocks_show_the_place_first_and_say_every_shift_in_words():
    html = show("{% world_clocks event %}", event=make_happening(minutes=600))

    rows = [words(row) for row in re.findall(r"<tr.*?</tr>", html, re.DOTALL)[1:]]
    assert rows[0] == "Bonn (place of the event) Thu 10 Jun 15:00 –01:00 +1 (ends on Fri 11 Jun)"
    assert rows[1] == "Washington Thu 10 Jun 09:00 –19:00"
    assert rows[-1] == "Apia Fri 11 Jun +1 day 02:00 –12:00"
    assert html.count('<td class="strip">') == len(rows) == 7


def test_world_clocks_of_what_lasts_for_days_draw_nothing():
    html = show("{% world_clocks event %}", event=make_happening(minutes=60 * 50))

    assert "<svg" not in html
    assert "Shaded" not in html
    assert "(ends on Sat 12 Jun)" in words(html)


def test_json_ld_is_a_script_nobody_runs_with_the_page_s_nonce():
    said = {"@type": "Event", "name": "</script>", "endDate": START.astimezone(BERLIN), "description": None}

    html = show("{% json_ld data %}", data=said, csp_nonce="abc")

    assert html == (
        '<script type="application/ld+json" nonce="abc">{"@context": "https://schema.org", "@type": "Event", '
        '"name": "\\u003c/script\\u003e", "endDate": "2027-06-10T15:00:00+02:00"}</script>'
    )
    assert show("{% json_ld data %}", data=None) == ""
