"""A real Chromium for the tests that need one: Debian's, or the one CHROMIUM names."""

import os
import shutil
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
]


def find_chromium():
    """Return where it is; the test is skipped where there is none, and fails where CI demands one."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path:
        return path
    if os.environ.get("PORTAL_REQUIRE_BROWSER"):
        pytest.fail("No Chromium was found, and PORTAL_REQUIRE_BROWSER says there must be one.")
    return pytest.skip("NO BROWSER TEST: no Chromium was found.")


@contextmanager
def open_browser(path):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def tab():
    """A fresh tab."""
    with open_browser(find_chromium()) as browser:
        tab = browser.new_page()
        tab.set_default_timeout(30_000)
        yield tab


def wait_for_htmx(tab):
    """Wait until htmx is there, which comes when all else is.

    Asked from outside, over and over: Playwright's own waiting evaluates a text in the page, which its policy forbids.
    """
    for _turn in range(300):
        if tab.evaluate("typeof window.htmx") != "undefined":
            return
        tab.wait_for_timeout(100)
    pytest.fail("htmx did not come within half a minute.")
