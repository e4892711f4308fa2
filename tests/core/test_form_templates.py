"""Every form is shown alike: a summary of errors with links, then label, hint, error and control in this order."""

import re

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.template.loader import render_to_string


class SampleForm(forms.Form):
    name = forms.CharField(label="Name", help_text="In any script.")
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    starts = forms.SplitDateTimeField(label="Starts")
    choice = forms.ChoiceField(label="Choice", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="I agree")
    secret = forms.CharField(widget=forms.HiddenInput)

    def clean(self):
        raise forms.ValidationError("The whole is <wrong>.")


def order_of(html, *parts):
    return [html.index(part) for part in parts]


def test_field_order_is_label_hint_error_control():
    html = SampleForm({})["name"].as_field_group()

    places = order_of(html, "<label", 'id="id_name_helptext"', 'id="id_name_error"', "<input")
    assert places == sorted(places)
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html


def test_form_summary_links_each_error_to_its_field():
    html = str(SampleForm({}))

    assert "Please mend 6 things" in html
    assert re.findall(r'<li><a href="#([^"]+)"', html) == ["id_name", "id_starts", "id_choice", "id_agreed"]
    assert "<li>The whole is &lt;wrong&gt;.</li>" in html
    assert "<li>Secret: This field is required.</li>" in html


def test_form_without_errors_has_no_summary():
    html = str(SampleForm())

    assert 'role="alert"' not in html
    assert html.count('name="secret"') == 1


def test_form_names_what_is_optional():
    assert re.findall(r">(\w+) <small>\(optional\)", str(SampleForm())) == ["Note"]


def test_form_every_control_has_a_label():
    html = str(SampleForm())

    controls = set(re.findall(r'<(?:input|textarea|select)[^>]* id="([^"]+)"', html)) - {"id_secret"}
    assert controls == set(re.findall(r'<label for="([^"]+)"', html))


def test_form_groups_of_controls_have_a_legend():
    html = str(SampleForm())

    assert [text.strip() for text in re.findall(r"<legend[^>]*>([^<]+)", html)] == ["Starts", "Choice"]


# Pressed twice they do no more and say nothing else; a file comes without a new page, whose button would stay asleep.
NO_MATTER_HOW_OFTEN = {"_masthead.html", "_lead_links.html", "notice_list.html", "_comment.html", "export.html"}
NO_MATTER_HOW_OFTEN |= {"login_script.html"}  # sent by its own script


def test_form_that_changes_something_is_sent_once():
    found = {}
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        if "admin" in path.parts or path.name in NO_MATTER_HOW_OFTEN:
            continue
        forms = re.findall(r"<form\b[^>]*>", path.read_text())
        posted = [form for form in forms if "post" in form or "attrs.method" in form]
        found[path.name] = [form for form in posted if not re.search(r"data-once|hx-post|account_logout", form)]

    assert len(found) > 100
    assert {name: forms for name, forms in found.items() if forms} == {}


@pytest.mark.parametrize(("pages", "is_shown"), [(1, False), (3, True)])
def test_pager_shows_only_where_there_are_pages(rf, pages, is_shown):
    page = Paginator(range(pages), 1).page(1)

    html = render_to_string("_pager.html", {"page_obj": page}, request=rf.get("/?q=a&page=1"))

    assert ("<nav" in html) == is_shown


def test_pager_keeps_the_rest_of_the_query(rf):
    page = Paginator(range(3), 1).page(2)

    html = render_to_string("_pager.html", {"page_obj": page}, request=rf.get("/?q=a&page=2"))

    assert re.findall(r'href="([^"]+)"', html) == [
        "?q=a&amp;page=1",
        "?q=a&amp;page=1",
        "?q=a&amp;page=3",
        "?q=a&amp;page=3",
    ]
    assert "2 to 2 of 3" in html


def test_badges_put_the_chatham_house_rule_first():
    html = render_to_string(
        "_badges.html",
        {"is_chatham": True, "is_cancelled": True, "waiting_place": 2, "visibility": "coordinators", "is_sample": True},
    )

    classes = re.findall(r'class="badge ?(\w*)"', html)
    assert classes == ["chr", "cancelled", "wait", "lock", "sample"]
    assert "Waiting list, place 2" in html


@pytest.mark.parametrize("status", [400, 500, 503])
def test_error_page_stands_alone(status):
    html = render_to_string(f"{status}.html")

    assert html.count("<h1>") == 1
    assert "csrf" not in html
