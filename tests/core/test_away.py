"""A database that is away is told from faults of the work, wherever the one is waited for and the other parked."""

import pytest
from django.contrib.sessions.models import Session
from django.db import InterfaceError, InternalError, OperationalError
from psycopg import errors

from apps.core.away import is_away
from apps.notifications import announcements
from apps.notifications.announcements import announce, expand_waiting
from apps.notifications.models import Announcement
from tests.make import NOW, make_event, make_member, make_participation


def internal(cause):
    """As Django passes on what the driver says."""
    fault = InternalError("said by the driver")
    fault.__cause__ = cause
    return fault


AWAY = [OperationalError("gone"), InterfaceError("closed"), internal(errors.IdleInTransactionSessionTimeout())]


@pytest.mark.parametrize("fault", AWAY, ids=["operational", "interface", "idle"])
def test_database_that_hung_up_is_away(fault):
    assert is_away(fault)


@pytest.mark.parametrize("fault", [internal(errors.InFailedSqlTransaction()), ValueError("x"), None], ids=str)
def test_other_faults_are_not(fault):
    assert not is_away(fault)


@pytest.mark.django_db
@pytest.mark.parametrize("fault", AWAY, ids=["operational", "interface", "idle"])
def test_announcement_that_met_it_waits_on(group, coordinator, monkeypatch, fault):
    event = make_event(group=group)
    monkeypatch.setattr(announcements, "AT_ONCE", 0)
    announce("event_message", event, [make_member().pk], "a", made_by=coordinator, title="Room", paragraph="Gate B.")
    usual = announcements.say

    def say(*args, **kwargs):
        raise fault

    monkeypatch.setattr(announcements, "say", say)
    with pytest.raises(type(fault)):
        expand_waiting(NOW)
    assert Announcement.objects.get().state == "waiting"

    monkeypatch.setattr(announcements, "say", usual)
    expand_waiting(NOW)
    assert Announcement.objects.get().state == "done"


@pytest.mark.django_db
@pytest.mark.parametrize("fault", [OperationalError("gone"), AWAY[2]], ids=["operational", "idle"])
def test_act_whose_session_could_not_be_kept_is_told_to_come_again_and_not_that_nothing_was_changed(
    client, member, group, monkeypatch, fault
):
    event = make_event(group=group)
    make_participation(event=event, member=member)
    client.force_login(member)
    client.raise_request_exception = False

    def save(self, *args, **kwargs):
        raise fault

    monkeypatch.setattr(Session, "save", save)
    answer = client.post(f"/events/{event.slug}/answer/", {"answer": "maybe"})

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
