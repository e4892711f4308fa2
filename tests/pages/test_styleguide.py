"""The styleguide is for staff, costs nothing, and shows every component of the stylesheet; nothing in it is unused."""

import re

import pytest
from django.conf import settings

from tests.budget import queries_of

STYLESHEET = settings.BASE_DIR / "apps" / "core" / "static" / "portal" / "portal.css"
# Components the guide does not show, and why.
NOT_SHOWN = {}
# Classes no template sets, and why they are styled all the same.
NOT_SET = {}


def layer(name=""):
    """The text of one layer of the stylesheet, or all of it, without comments."""
    text = re.sub(r"/\*.*?\*/", "", STYLESHEET.read_text(), flags=re.DOTALL)
    return text if not name else re.search(rf"^@layer {name} {{(.*?)^}}", text, re.DOTALL | re.MULTILINE)[1]


def styled_classes(css):
    """The classes that selectors of ``css`` name."""
    selectors = [text.strip() for text in re.findall(r"([^{};]+){", css)]
    return {name for text in selectors if text[0] != "@" for name in re.findall(r"\.([a-zA-Z][\w-]*)", text)}


def set_classes(markup):
    """The classes that a page or a template sets, whatever its conditions."""
    bare = re.sub(r"{%.*?%}|{{.*?}}", " ", markup)
    found = re.findall(r"""\bclass["']?\s*[=:]\s*(?:"([^"]*)"|'([^']*)')""", bare)
    return {name for texts in found for text in texts for name in text.split()}


@pytest.fixture
def guide(client, coordinator):
    client.force_login(coordinator)
    return client.get("/styleguide/").text


@pytest.mark.parametrize("who", ["chair", "member", "observer", "other_member"])
def test_styleguide_is_missing_for_members(client, request, who):
    client.force_login(request.getfixturevalue(who))

    missing = client.get("/missing/")
    answer = client.get("/styleguide/")

    assert (answer.status_code, answer.content) == (404, missing.content)


@pytest.mark.parametrize("who", ["stranger", "suspended"])
def test_styleguide_sends_strangers_to_the_login(client, request, db, who):
    reader = request.getfixturevalue(who)
    if reader:
        client.force_login(reader)

    assert client.get("/styleguide/").headers["Location"] == "/accounts/login/?next=/styleguide/"


def test_styleguide_asks_only_who_reads_it(client, coordinator):
    assert queries_of(client, coordinator, "/styleguide/") == 4


def test_every_component_of_the_stylesheet_is_shown(guide):
    components = styled_classes(layer("components"))

    assert len(components) > 80
    missing = components - set_classes(guide) - set(NOT_SHOWN)
    assert not missing, f"Draw {sorted(missing)} in templates/pages/styleguide/, or give a reason in NOT_SHOWN."


def test_no_class_of_the_stylesheet_is_without_use():
    """The guide is no use: it would show for ever what no page draws any more. Mails have a stylesheet of their own."""
    templates = settings.BASE_DIR / "templates"
    elsewhere = [templates / "pages" / "styleguide", templates / "mail"]
    drawn = [path for path in templates.glob("**/*.html") if not any(map(path.is_relative_to, elsewhere))]
    sources = [*drawn, *settings.BASE_DIR.glob("apps/**/*.py")]
    used = set().union(*(set_classes(path.read_text()) for path in sources))

    unused = styled_classes(layer()) - used - set(NOT_SET)
    assert not unused, f"Nothing sets {sorted(unused)}: remove them from portal.css, or give a reason in NOT_SET."


@pytest.mark.parametrize("name", ["portal.css", "admin.css"])
def test_stylesheet_moves_nothing_and_serves_both_directions_of_writing(name):
    css = re.sub(r"/\*.*?\*/", "", STYLESHEET.with_name(name).read_text(), flags=re.DOTALL)
    rules = re.findall(r"([\w-]+)\s*:\s*([^;{}]+)[;}]", css)

    assert len(rules) > 100
    assert [rule for rule in rules if rule[0].startswith(("transition", "animation")) and rule[1] != "none"] == []
    assert [rule for rule in rules if re.search(r"\b(left|right)\b", " ".join(rule))] == []


def test_exceptions_are_still_exceptions(guide):
    assert set(NOT_SHOWN) & set_classes(guide) == set()
    assert set(NOT_SHOWN) <= styled_classes(layer("components"))
    assert set(NOT_SET) <= styled_classes(layer())


def test_classes_are_found_in_selectors_and_in_markup():
    css = "@layer x { .a:has(> .b-c) { color: .5rem; } @media (x) { .d.e::before { content: '.f'; } } }"
    markup = """<p class="a{% if x %} b{% endif %} {{ c }}"> attrs={"class": "narrow"}"""

    assert styled_classes(css.removeprefix("@layer x {")) == {"a", "b-c", "d", "e"}
    assert set_classes(markup) == {"a", "b", "narrow"}
