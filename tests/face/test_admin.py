"""The desk, and of each part of the admin a list, a form and a page that asks before an act: as good as the portal."""

import pytest

from tests.face import looks
from tests.face.table import ADMIN, COORDINATOR, Page
from tests.face.test_pages import look_at, open_page

pytestmark = pytest.mark.journey

# One of each make, for they come from the same templates; the others differ in words.
LOOKED_AT = {
    "admin:index",
    "admin:core_auditentry_changelist",
    "admin:core_auditentry_change",
    "admin:events_event_changelist",
    "admin:events_event_add",
    "admin:events_event_change",
    "admin:events_event_invite",
    "admin:events_participation_changelist",
    "admin:events_participation_withdraw",
    "admin:members_invitation_import",
    "admin:members_joinrequest_changelist",
    "admin:members_joinrequest_change",
    "admin:members_joinrequest_approve",
    "admin:members_joinrequest_decline",
    "admin:members_member_changelist",
    "admin:members_member_change",
    "admin:members_member_suspend",
    "admin:notifications_outgoingmail_changelist",
    "admin:notifications_outgoingmail_change",
    "admin:notifications_outgoingmail_kind",
    "admin:publications_publication_changelist",
    "admin:publications_publication_change",
    "admin:publications_publication_file",
    "admin:publications_publication_publish",
    "admin:publications_circulation_changelist",
    "admin:publications_circulation_change",
    "admin:publications_circulation_extend",
    "admin:publications_circulation_cancel",
    "admin:publications_consultee_changelist",
    "admin:publications_consultee_change",
    "admin:publications_consultee_more-time",
}
ROWS = [row for row in ADMIN if row.name in LOOKED_AT]


def test_each_page_looked_at_is_in_the_table_once():
    assert sorted(row.name for row in ROWS) == sorted(LOOKED_AT)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_admin_is_good_to_everybody(looker, row):
    status, faults = looker.run(look_at, looker, row)

    assert status == row.status
    assert not faults, "\n".join(faults)


def test_every_other_screen_answers_as_the_table_says(looker):
    others = [row for row in ADMIN if row not in ROWS]

    odd = looker.run(odd_answers, looker, others)

    assert len(others) > 60
    assert not odd, "\n".join(odd)


def odd_answers(looker, rows):
    """Of each page that answers otherwise than in the table: its address and the status."""
    tab, _watch = looker.tab(COORDINATOR)
    found = {row.at(looker.seeds): row.status for row in rows}
    answers = {path: tab.request.get(looker.base + path).status for path in found}
    return [f"{answers[path]}: {path}" for path in found if answers[path] != found[path]]


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
