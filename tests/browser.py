"""A real Chromium for the tests that need one: Debian's, or the one CHROMIUM names."""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
]


@pytest.fixture
def tab():
    """A fresh tab; the test is skipped where no Chromium is found, and fails where CI demands one."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        if os.environ.get("PORTAL_REQUIRE_BROWSER"):
            pytest.fail("No Chromium was found, and PORTAL_REQUIRE_BROWSER says there must be one.")
        pytest.skip("NO BROWSER TEST: no Chromium was found.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        tab = browser.new_page()
        tab.set_default_timeout(30_000)
        yield tab
        browser.close()
