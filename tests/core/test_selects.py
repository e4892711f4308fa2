"""A long select looks like Django's own."""

from django import forms
from django.test.html import parse_html

from apps.core.selects import LongSelect

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
