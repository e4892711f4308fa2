"""A thread in a real browser: from post to post by keyboard, and nothing typed is lost with a tab or a login."""

import pytest
from django.conf import settings

from apps.discussions.models import DraftEdit, DraftPost, DraftThread
from tests.browser import find_chromium, open_browser, wait_for_htmx
from tests.make import make_post

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

KEPT = "Object.values(sessionStorage).join()"
HERE = "document.activeElement.id"


@pytest.fixture
def signed_in(client, member, live_server):
    """Sign a browser's context in. The session is made before: in a browser's thread the database is shut."""
    client.force_login(member)
    cookie = {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": live_server.url,
    }
    return lambda context: context.add_cookies([cookie])


@pytest.fixture
def browser():
    """Closed within the test, so that the database can be asked after it."""
    return lambda: open_browser(find_chromium())


def new_tab(context, url):
    tab = context.new_page()
    tab.set_default_timeout(30_000)
    tab.goto(url)
    return tab


def test_letters_lead_from_post_to_post_with_the_focus_in_the_thread_alone(
    browser, signed_in, live_server, thread, chair
):
    for _turn in range(3):
        make_post(thread=thread, writer=chair)
    with browser() as chromium:
        context = chromium.new_context()
        signed_in(context)
        tab = new_tab(context, f"{live_server.url}/discussions/{thread.pk}/")

        def press(*keys):
            for key in keys:
                tab.keyboard.press(key)
            return tab.evaluate(HERE)

        assert press("j", "j") == ""  # Nothing has the focus: a letter alone does nothing (WCAG 2.2, 2.1.4).
        tab.locator("#p1 .no").focus()
        assert [press(key) for key in ("j", "j", "j", "k", "k", "k")] == ["p2", "p3", "p3", "p2", "p1", "p1"]
        assert press("Control+j", "Alt+j") == "p1"
        tab.locator("main [name=text]").focus()
        field = tab.evaluate(HERE)
        assert press("j", "k") == field
        assert tab.input_value("main [name=text]") == "jk"
        tab.locator("#follow select").focus()
        assert press("j") == tab.locator("#follow select").get_attribute("id")


def test_text_of_a_named_thread_outlives_its_tab_and_the_login(browser, signed_in, live_server, thread):
    url = f"{live_server.url}/discussions/{thread.pk}/"
    with browser() as chromium:
        context = chromium.new_context()
        signed_in(context)
        tab = new_tab(context, url)
        wait_for_htmx(tab)
        tab.locator("main [name=text]").press_sequentially("Begun in one tab")
        tab.get_by_text("Your draft was saved").wait_for()
        tab.close()

        other = chromium.new_context()
        signed_in(other)
        tab = new_tab(other, url)
        assert tab.input_value("main [name=text]") == "Begun in one tab"
        other.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        tab.locator("main [name=text]").fill("Ended in another")
        with tab.expect_navigation():
            tab.get_by_role("button", name="Post reply").click()
        assert tab.inner_text("h1") == "You are signed out"
        assert tab.get_by_label("What you typed").input_value() == "Ended in another"
    assert [draft.text for draft in DraftPost.objects.all()] == ["Begun in one tab"]
    assert thread.posts.count() == 0


def test_text_of_a_thread_without_names_is_known_to_its_tab_alone(browser, signed_in, live_server, quiet):
    url = f"{live_server.url}/discussions/{quiet.pk}/"
    sent = []
    with browser() as chromium:
        context = chromium.new_context()
        context.on("request", lambda request: sent.append((request.method, request.url)))
        signed_in(context)
        tab = new_tab(context, url)
        tab.locator("main [name=text]").press_sequentially("Known to nobody")
        tab.wait_for_timeout(1500)  # A draft is sent after a second without typing.
        assert [call for call in sent if "/draft/" in call[1]] == []
        assert "Known to nobody" in tab.evaluate(KEPT)
        assert tab.evaluate("localStorage.length") == 0
        assert new_tab(context, url).input_value("main [name=text]") == ""

        context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        with tab.expect_navigation():
            tab.get_by_role("button", name="Post without name").click()
        assert tab.inner_text("h1") == "You are signed out"
        assert tab.get_by_label("What you typed").input_value() == "Known to nobody"
        signed_in(context)
        tab.goto(url)
        assert tab.input_value("main [name=text]") == "Known to nobody"
        with tab.expect_navigation():
            tab.get_by_role("button", name="Post without name").click()
        assert "Known to nobody" in tab.locator("#p1").inner_text()
        assert tab.input_value("main [name=text]") == ""
        assert "Known to nobody" not in tab.evaluate(KEPT)
    assert DraftPost.objects.count() == 0
    assert [post.text for post in quiet.posts.all()] == ["Known to nobody"]


def test_new_thread_by_name_outlives_its_tab_and_without_names_is_known_to_its_tab_alone(
    browser, signed_in, live_server, group
):
    url = f"{live_server.url}/discussions/new/"
    sent = []
    with browser() as chromium:
        context = chromium.new_context()
        context.on("request", lambda request: "/draft/" in request.url and sent.append(request.post_data or ""))
        signed_in(context)
        tab = new_tab(context, url)
        wait_for_htmx(tab)
        tab.locator("main [name=title]").press_sequentially("Begun by name")
        with tab.expect_response(lambda answer: "In%20one%20tab" in (answer.request.post_data or "")):
            tab.locator("main [name=text]").press_sequentially("In one tab")
        assert tab.get_by_text("Your draft was saved").is_visible()
        tab.close()

        tab = new_tab(context, url)
        wait_for_htmx(tab)
        assert tab.input_value("main [name=title]") == "Begun by name"
        assert tab.input_value("main [name=text]") == "In one tab"
        with tab.expect_response("**/draft/"):
            tab.locator("main [name=mode][value=unattributed]").check()
        count = len(sent)
        assert "In%20one%20tab" not in sent[-1]
        assert "Begun" not in sent[-1]
        tab.locator("main [name=text]").fill("In one tab alone")
        tab.locator("main [name=title]").press_sequentially(" no more")
        tab.wait_for_timeout(1500)
        assert len(sent) == count
        assert new_tab(context, url).input_value("main [name=text]") == ""
        tab.reload()
        wait_for_htmx(tab)
        assert tab.input_value("main [name=text]") == "In one tab alone"
        assert tab.locator("main [name=mode]:checked").get_attribute("value") == "unattributed"
        tab.locator("main [name=title]").press_sequentially("And more")
        tab.wait_for_timeout(1500)
        assert len(sent) == count
    assert DraftThread.objects.count() == 0


def test_edit_by_name_outlives_its_tab(browser, signed_in, live_server, thread, member):
    make_post(thread=thread, writer=member, text="As it stands")
    url = f"{live_server.url}/discussions/{thread.pk}/posts/1/edit/"
    with browser() as chromium:
        context = chromium.new_context()
        signed_in(context)
        tab = new_tab(context, url)
        wait_for_htmx(tab)
        tab.locator("main [name=text]").fill("Begun in one tab")
        tab.get_by_text("Your draft was saved").wait_for()
        tab.close()
        tab = new_tab(context, url)
        assert tab.input_value("main [name=text]") == "Begun in one tab"
        with tab.expect_navigation():
            tab.get_by_role("button", name="Save").click()
        assert "Begun in one tab" in tab.locator("#p1").inner_text()
        assert "Begun in one tab" not in tab.evaluate(KEPT)
    assert DraftEdit.objects.count() == 0


def test_edit_without_names_is_known_to_its_tab_alone(browser, signed_in, live_server, quiet, member):
    make_post(thread=quiet, writer=member, text="As it stands")
    url = f"{live_server.url}/discussions/{quiet.pk}/posts/1/edit/"
    sent = []
    with browser() as chromium:
        context = chromium.new_context()
        context.on("request", lambda request: sent.append(request.url))
        signed_in(context)
        tab = new_tab(context, url)
        wait_for_htmx(tab)
        tab.locator("main [name=text]").fill("Known to nobody")
        tab.wait_for_timeout(1500)
        assert [each for each in sent if "/draft/" in each] == []
        assert new_tab(context, url).input_value("main [name=text]") == "As it stands"
        context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        tab.goto(f"{live_server.url}/about/")
        signed_in(context)
        tab.goto(url)
        assert tab.input_value("main [name=text]") == "Known to nobody"
        assert tab.get_by_text("This is what you had begun in this window").is_visible()
        with tab.expect_navigation():
            tab.get_by_role("button", name="Save").click()
        assert "Known to nobody" in tab.locator("#p1").inner_text()
        assert "Known to nobody" not in tab.evaluate(KEPT)
        tab.goto(url)
        assert not tab.get_by_text("This is what you had begun in this window").is_visible()
    assert DraftEdit.objects.count() == 0
