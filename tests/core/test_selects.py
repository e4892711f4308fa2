"""A long select looks like Django's own."""

import re

from django import forms
from django.test.html import parse_html

from apps.core.selects import LongSelect, ZoneSelect

CHOICES = [("Africa/Nairobi", "Nairobi"), ('"><script>', "<b>")]


def test_it_is_the_same_field_as_djangos():
    long, plain = (widget(choices=CHOICES) for widget in (LongSelect, forms.Select))

    written = [widget.render("zone", "Africa/Nairobi", {"id": "id_zone", "required": True}) for widget in (long, plain)]

    assert parse_html(written[0]) == parse_html(written[1])


def test_what_is_called_as_it_is_sent_says_so_once():
    assert LongSelect(choices=[("UTC", "UTC")]).render("zone", "UTC") == (
        '<select name="zone"><option selected>UTC</option></select>'
    )


def test_what_stands_in_it_is_escaped():
    assert '<option value="&quot;&gt;&lt;script&gt;">&lt;b&gt;</option>' in LongSelect(choices=CHOICES).render(
        "zone", ""
    )


def zones(html):
    """The groups of a drawn select with the keys in each, and the key that is marked."""
    groups = {
        label: re.findall(r'<option(?: value="([^"]+)")?[^>]*>([^<]+)', options)
        for label, options in re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', html)
    }
    marked = re.findall(r'<option(?: value="([^"]+)")? selected>([^<]+)', html)
    return {label: [key or name for key, name in found] for label, found in groups.items()}, [
        key or name for key, name in marked
    ]


def test_time_zones_stand_by_region_after_those_used():
    html = ZoneSelect(used=lambda: ["Pacific/Apia", "US/Eastern", "Europe/Berlin"]).render("zone", "Europe/Berlin")

    groups, marked = zones(html)
    assert list(groups)[:3] == ["Used here", "Everywhere", "Africa"]
    assert groups["Used here"] == ["Pacific/Apia", "Europe/Berlin"]
    assert {"Europe/Berlin", "Europe/Tirane"} <= set(groups["Europe"])
    assert marked == ["Europe/Berlin"]
    assert '<option value="America/Argentina/Buenos_Aires">Argentina, Buenos Aires</option>' in html
    assert len(html) < 25_000


def test_old_name_of_a_time_zone_stays_chosen_and_another_word_is_no_choice():
    select = ZoneSelect(first=[("none", "Nobody's clock")])
    select.choices = [("none", "Nobody's clock"), ("US/Eastern", "US/Eastern"), ("UTC", "UTC")]

    old, odd, none = (zones(select.render("zone", value)) for value in ("US/Eastern", "Mars/<b>", "none"))

    assert (old[0]["Your present choice"], old[1]) == (["US/Eastern"], ["US/Eastern"])
    assert ("Your present choice" in odd[0], odd[1]) == (False, [])
    assert ("Your present choice" in none[0], none[1]) == (False, ["none"])
