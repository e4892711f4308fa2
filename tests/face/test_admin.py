"""The desk, and every list, form and page that asks before an act in the admin: as good as the portal."""

import pytest

from tests.face import looks
from tests.face.table import ADMIN, COORDINATOR, Page
from tests.face.test_pages import look_at, open_page

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("row", ADMIN, ids=str)
def test_admin_is_good_to_everybody(looker, row):
    status, faults = looker.run(look_at, looker, row)

    assert status == row.status
    assert not faults, "\n".join(faults)


def test_list_of_many_pages_fits_a_narrow_screen(looker):
    page = Page("admin:events_participation_changelist", "/admin/events/participation/", COORDINATOR)

    numbers, field, faults = looker.run(narrow_look_at, looker, page)

    assert numbers > 8
    assert field > 100
    assert not faults, "\n".join(faults)


def narrow_look_at(looker, page):
    open_page(looker, page)
    tab, _watch = looker.tab(page.reader)
    tab.set_viewport_size(looks.NARROW)
    field = tab.locator("#searchbar").bounding_box()["width"]
    return tab.locator(".paginator li").count(), field, looks.fits(tab)
