"""What members do most works in a browser that runs no script."""

from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.journey


@pytest.fixture
def without_scripts(looker):
    """Run a function with a tab that runs no script, in which ``reader`` is signed in."""
    opened = []

    def run(reader, function):
        def within():
            context = looker.new_context(reader, java_script_enabled=False)
            opened.append(context)
            return function(context.new_page())

        return looker.run(within)

    yield run
    for context in opened:
        looker.run(context.close)


def press(tab, name):
    with tab.expect_navigation():
        tab.get_by_role("button", name=name).first.click()


def test_signing_in_leads_where_one_wanted_to_go(looker, without_scripts):
    def sign_in(tab):
        tab.goto("/dashboard/")
        tab.fill("[name=login]", "observer@example.org")
        tab.fill("[name=password]", looker.seeds["password"])
        with tab.expect_navigation():
            tab.locator("main form button[type=submit]").first.click()
        return urlsplit(tab.url).path

    assert without_scripts("stranger", sign_in) == "/dashboard/"


def test_an_answer_is_saved_with_one_press(looker, without_scripts):
    def answer(tab):
        tab.goto(f"/events/{looker.seeds['event']}/")
        press(tab, "Yes, online")
        pressed = tab.locator("#answer [aria-pressed=true]").inner_text()
        return urlsplit(tab.url).path, pressed, tab.locator("[role=status]").first.inner_text()

    path, pressed, said = without_scripts("coordinator", answer)

    assert path == f"/events/{looker.seeds['event']}/"
    assert pressed == "Yes, online"
    assert "is saved" in said


def test_events_are_narrowed_by_the_form(without_scripts):
    def narrow(tab):
        tab.goto("/events/")
        all_titles = tab.locator("main .title").all_inner_texts()
        tab.get_by_label("Kind").select_option("webinar")
        press(tab, "Show")
        return all_titles, tab.locator("main .title").all_inner_texts(), urlsplit(tab.url).query

    all_titles, narrowed, query = without_scripts("member", narrow)

    assert "kind=webinar" in query
    assert set() < set(narrowed) < set(all_titles)


def test_notices_are_marked_as_read(without_scripts):
    def mark(tab):
        tab.goto("/notifications/")
        before = tab.get_by_role("button", name="Mark as read").count()
        press(tab, "Mark all as read")
        return before, tab.get_by_role("button", name="Mark as read").count()

    before, after = without_scripts("secured", mark)

    assert before > 0
    assert after == 0


def test_the_profile_is_saved(without_scripts):
    def save(tab):
        tab.goto("/settings/profile/")
        tab.fill("[name=position]", "Négociatrice")
        press(tab, "Save")
        tab.goto("/settings/profile/")
        return tab.input_value("[name=position]")

    assert without_scripts("secured", save) == "Négociatrice"
