"""Every page of the table: accessible, all of it reached by keyboard, never scrolling sideways, quiet and light."""

import pytest

from tests.face import looks
from tests.face.table import ACCOUNTS, COORDINATOR, MEMBER, PORTAL

pytestmark = pytest.mark.journey

# How many selectors the layers of elements and components have, and those that match nothing on the page. Left off is
# what lasts only while somebody points at a thing or goes through it, and boxes that are no elements.
SAMPLES = """() => {
  const rulesIn = (rules) => [...rules].flatMap((rule) => rule.selectorText ? [rule, ...rulesIn(rule.cssRules)]
    : rule.cssRules ? rulesIn(rule.cssRules) : []);
  const layers = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
    .filter((rule) => ["elements", "components"].includes(rule.name));
  const parts = (text) => text.split(/,(?![^(]*\\))/).map((each) => each.trim()
    .replace(/::[\\w-]+(\\([^)]*\\))?/g, "").replace(/:(hover|focus-visible|focus-within|focus|active)/g, ""));
  const rules = layers.flatMap((layer) => rulesIn(layer.cssRules));
  const all = [...new Set(rules.flatMap((rule) => parts(rule.selectorText)))];
  const isShown = (selector) => selector === "" || !!document.querySelector(selector);
  return [all.length, all.filter((selector) => !isShown(selector))];
}"""
# Selectors that nothing in the styleguide is, and why.
NO_SAMPLE = {
    ".unsent:not(:empty)": "a script says there that a press did not get through; the guide has none",
    ":root:has(.unsent:not(:empty))": "the page beside it",
}


@pytest.mark.parametrize("row", [*PORTAL, *ACCOUNTS], ids=str)
def test_page_is_good_to_everybody(looker, row):
    status, faults = looker.run(look_at, looker, row)

    assert status == row.status
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("width", [1280, 768, 320])
def test_answers_stand_in_full_rows_within_their_form(looker, width):
    rows, overhang = looker.run(answer_forms, looker, width)

    assert {name: len(tops) for name, tops in rows.items()} == {"none given": 4, "of three": 3, "given": 4}
    # Equal rows: nobody's answer stands alone below the others.
    assert all(len({tops.count(top) for top in tops}) == 1 for tops in rows.values()), rows
    assert overhang == 0


def answer_forms(looker, width):
    """Of each form of answers in the styleguide how far down its buttons begin, and how far any sticks out."""
    context = looker.new_context(COORDINATOR, viewport={"width": width, "height": 900})
    tab = context.new_page()
    tab.goto("/styleguide/")
    rows, overhang = {}, 0
    for form in tab.locator("section[aria-labelledby=buttons] form.answer").all():
        edge = form.bounding_box()
        boxes = [button.bounding_box() for button in form.locator("button").all()]
        rows[form.get_attribute("aria-label").split(", ")[1]] = [box["y"] for box in boxes]
        overhang = max(overhang, *(box["x"] + box["width"] - edge["x"] - edge["width"] for box in boxes))
    context.close()
    return rows, round(overhang, 1)


def test_icons_of_badges_have_the_badges_colour(looker):
    count, others = looker.run(icons_of_badges, looker)

    assert count > 10
    assert others == []


def icons_of_badges(looker):
    """How many badges of the styleguide have an icon, and the words of those whose icon has another colour."""
    context = looker.new_context(COORDINATOR)
    tab = context.new_page()
    tab.goto("/styleguide/")
    found = tab.evaluate("""[...document.querySelectorAll(".badge svg")].map((icon) => {
      const badge = icon.closest(".badge");
      return [getComputedStyle(icon).color === getComputedStyle(badge).color, badge.textContent.trim()];
    })""")
    context.close()
    return len(found), [words for is_same, words in found if not is_same]


def test_every_component_is_shown_in_each_of_its_states(looker):
    count, unmatched = looker.run(states_without_sample, looker)

    assert count > 300
    missing = set(unmatched) - set(NO_SAMPLE)
    assert not missing, f"Draw it in templates/pages/styleguide/, or give a reason in NO_SAMPLE: {sorted(missing)}"


def states_without_sample(looker):
    """What SAMPLES finds in the styleguide."""
    context = looker.new_context(COORDINATOR)
    tab = context.new_page()
    tab.goto("/styleguide/")
    count, unmatched = tab.evaluate(SAMPLES)
    context.close()
    return count, unmatched


def test_event_is_printed_dark_on_white_without_what_only_a_screen_needs(looker):
    background, shown = looker.run(printed_event, looker)

    assert background == "rgb(255, 255, 255)"
    assert shown == {"h1": True, ".when": True, ".facts": True, ".nav": False, ".tools": False, ".answer": False}


def printed_event(looker):
    """What a member who prefers dark pages gets on paper: its colour, and what stands on it."""
    context = looker.new_context(MEMBER, color_scheme="dark")
    tab = context.new_page()
    tab.goto(f"/events/{looker.seeds['event']}/")
    tab.emulate_media(media="print")
    background = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    parts = ("h1", ".when", ".facts", ".nav", ".tools", ".answer")
    shown = {part: tab.locator(part).first.is_visible() for part in parts}
    context.close()
    return background, shown


def look_at(looker, page):
    tab, watch = looker.tab(page.reader)
    status = open_page(looker, page)
    faults = [*looks.quiet(tab, watch), *looks.light(watch, is_admin=page.is_admin)]
    return status, [*faults, *looks.accessible(tab), *looks.walkable(tab), *looks.fits(tab)]


def open_page(looker, page):
    """Open the page, by way of the forms before it; returns the status of the answer."""
    tab, watch = looker.tab(page.reader)
    tab.set_viewport_size(looks.WIDE)
    url = looker.base + page.at(looker.seeds)
    watch.begin(url)
    answer = tab.goto(url)
    looks.wait_for_all(tab)
    form = f"main form[action$='{page.action}']" if page.action else "main form"
    for fields in page.forms:
        for name, value in fields.items():
            tab.fill(f"main [name={name}]", looker.seeds.get(value.strip("<>"), value))
        watch.begin(url)
        with tab.expect_navigation() as sent:
            tab.locator(f"{form} button[type=submit]").first.click()
        answer = sent.value
        looks.wait_for_all(tab)
    return answer.status


def test_press_that_does_not_get_through_is_said(looker):
    said, is_pressed = looker.run(press_without_network, looker)

    assert "That did not get through, and nothing changed." in said
    assert is_pressed == "false"


def press_without_network(looker):
    """What the dashboard says after an answer was pressed on a train, and whether the button looks pressed."""
    context = looker.new_context(MEMBER)
    tab = context.new_page()
    tab.goto("/dashboard/")
    looks.wait_for_all(tab)
    context.set_offline(True)
    button = tab.locator("form.answer button").first
    button.click()
    tab.locator("#unsent .note").wait_for()
    said, is_pressed = tab.locator("#unsent").inner_text(), button.get_attribute("aria-pressed")
    context.close()
    return said, is_pressed
