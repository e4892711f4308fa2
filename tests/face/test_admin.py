"""The desk, and of each part of the admin a list, a form and a page that asks before an act: as good as the portal."""

import pytest

from tests.face.table import ADMIN
from tests.face.test_pages import look_at

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
    "admin:members_member_changelist",
    "admin:members_member_change",
    "admin:members_member_suspend",
    "admin:notifications_outgoingmail_changelist",
    "admin:notifications_outgoingmail_change",
    "admin:notifications_outgoingmail_kind",
}
ROWS = [row for row in ADMIN if row.name in LOOKED_AT]


def test_each_page_looked_at_is_in_the_table_once():
    assert sorted(row.name for row in ROWS) == sorted(LOOKED_AT)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_admin_is_good_to_everybody(looker, row):
    status, faults = looker.run(look_at, looker, row)

    assert status == row.status
    assert not faults, "\n".join(faults)
