"""The pictures of the README, taken of a portal with its demo, and the one that messengers show beside a link to a
public page: ``make screenshots``.
"""

import io
import tempfile
from pathlib import Path

from PIL import Image

from apps.core.linkeddata import GROUP_NAME
from tests.browser import find_chromium, open_browser
from tests.portal import Portal, own_environment
from tests.servers import free_port

FOLDER = Path(__file__).parent.parent / "docs" / "screenshots"
PASSWORD = "only for the pictures"
WIDTH, HEIGHT = 1280, 860
COLOURS = 64
MAIL = "/admin/notifications/outgoingmail/kinds/event_invitation/html/?language=en&zone=Pacific/Apia"
# Name of the picture: who looks, where, at which size. The first event page is the one the member's dashboard leads to.
PICTURES = {
    "home": ("", "/", (WIDTH, 1000)),
    "dashboard": ("member@example.org", "/dashboard/", (WIDTH, HEIGHT)),
    "event": ("member@example.org", "first event", (WIDTH, 1100)),
    "desk": ("coordinator@example.org", "/admin/", (WIDTH, 1000)),
    "mail": ("coordinator@example.org", MAIL, (720, 900)),
}

STATIC = Path(__file__).parent.parent / "apps" / "core" / "static" / "portal"
# Of the size that Open Graph's readers ask for.
CARD_SIZE = (1200, 630)
CARD = """<!DOCTYPE html><style>
  body { margin: 0; height: 630px; background: #fcfbf8; color: #1c1a17; border-top: 24px solid #1c1a17;
    box-sizing: border-box; padding: 90px 96px; font: 84px/1.12 "Palatino Linotype", Palatino, P052, Georgia, serif; }
  svg { display: block; width: 132px; height: 132px; margin-bottom: 48px; } p { margin: 0; text-wrap: balance; }
</style>"""


def sign_in(tab, login):
    tab.goto("/accounts/login/")
    tab.fill("[name=login]", login)
    tab.fill("[name=password]", PASSWORD)
    with tab.expect_navigation():
        tab.locator("main form button[type=submit]").first.click()


def open_page(tab, path):
    if path == "first event":
        tab.goto("/dashboard/")
        path = tab.locator("main .title a[href^='/events/']").first.get_attribute("href")
    tab.goto(path)


def take(browser, base, name):
    """Save one picture with few colours: a page of text needs no more."""
    login, path, (width, height) = PICTURES[name]
    context = browser.new_context(
        base_url=base, viewport={"width": width, "height": height}, color_scheme="light", reduced_motion="reduce"
    )
    tab = context.new_page()
    if login:
        sign_in(tab, login)
    open_page(tab, path)
    save(tab, FOLDER / f"{name}.png")
    context.close()


def save(tab, path):
    picture = Image.open(io.BytesIO(tab.screenshot())).convert("RGB")
    picture.quantize(COLOURS).save(path, optimize=True)


def draw_card(browser):
    """Save the mark and the name of the group."""
    width, height = CARD_SIZE
    tab = browser.new_page(viewport={"width": width, "height": height})
    tab.set_content(f"{CARD}{(STATIC / 'mark.svg').read_text()}<p>{GROUP_NAME}</p>")
    save(tab, STATIC / "card.png")
    tab.close()


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        portal = Portal(own_environment(Path(folder) / "data") | {"DEMO_PASSWORD": PASSWORD}, free_port())
        portal.wait_for("/readyz")
        with open_browser(find_chromium()) as browser:
            draw_card(browser)
            for name in PICTURES:
                take(browser, f"http://localhost:{portal.port}", name)
        portal.end()


if __name__ == "__main__":
    main()
