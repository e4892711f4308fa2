"""How long a login lasts."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session

from apps.core.tasks import tick

PRIVATE = "/accounts/password/change/"
pytestmark = pytest.mark.django_db


def is_signed_in(client):
    return client.get(PRIVATE).status_code == 200 and "_auth_user_id" in client.session


@pytest.fixture
def travel(time_machine, now):
    """Move the clock on from the moment of the login."""
    time_machine.move_to(now, tick=False)
    return lambda **span: time_machine.shift(timedelta(**span))


@pytest.mark.parametrize(
    ("person", "lifetime"),
    [("member", settings.SESSION_LIFETIME_MEMBER), ("coordinator", settings.SESSION_LIFETIME_STAFF)],
)
def test_idle_login_ends(client, request, travel, person, lifetime):
    client.force_login(request.getfixturevalue(person))
    assert is_signed_in(client)

    travel(seconds=lifetime[0].total_seconds() - 1)
    assert is_signed_in(client)

    travel(seconds=lifetime[0].total_seconds() + 1)
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("person", "lifetime"),
    [("member", settings.SESSION_LIFETIME_MEMBER), ("coordinator", settings.SESSION_LIFETIME_STAFF)],
)
def test_busy_login_ends_too(client, request, travel, person, lifetime):
    client.force_login(request.getfixturevalue(person))
    assert is_signed_in(client)

    step = lifetime[0].total_seconds() / 2
    for _ in range(int(lifetime[1].total_seconds() // step)):
        travel(seconds=step)
        assert is_signed_in(client)
    travel(seconds=step)

    assert not is_signed_in(client)


def test_activity_is_written_every_few_minutes_only(client, member, travel, django_assert_max_num_queries):
    client.force_login(member)
    client.get(PRIVATE)
    first_seen = UserSession.objects.get().last_seen_at

    travel(seconds=200)
    with django_assert_max_num_queries(4):  # session, member, and what the page itself asks
        client.get(PRIVATE)
    assert UserSession.objects.get().last_seen_at == first_seen

    travel(seconds=200)
    client.get(PRIVATE)
    assert UserSession.objects.get().last_seen_at > first_seen


def test_ended_sessions_are_forgotten_and_others_stay(client, member, other_member, now, travel):
    travel(days=0)
    client.force_login(member)
    client.get(PRIVATE)
    ended = client.session.session_key
    Session.objects.filter(session_key=ended).update(expire_date=now - timedelta(seconds=1))
    client.cookies.clear()
    client.force_login(other_member)
    client.get(PRIVATE)

    tick()
    tick()

    assert [session.session_key for session in Session.objects.all()] == [client.session.session_key]
    assert [session.user for session in UserSession.objects.all()] == [other_member]
