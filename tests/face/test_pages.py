"""Every page of the table: accessible, all of it reached by keyboard, never scrolling sideways, quiet and light."""

import pytest

from tests.face import looks
from tests.face.table import ACCOUNTS, PORTAL

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("row", [*PORTAL, *ACCOUNTS], ids=str)
def test_page_is_good_to_everybody(looker, row):
    status, faults = looker.run(look_at, looker, row)

    assert status == row.status
    assert not faults, "\n".join(faults)


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
    for fields in page.forms:
        for name, value in fields.items():
            tab.fill(f"main [name={name}]", looker.seeds.get(value.strip("<>"), value))
        watch.begin(url)
        with tab.expect_navigation() as sent:
            tab.locator("main form button[type=submit]").first.click()
        answer = sent.value
    return answer.status
