from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from apps.members.actions import cancel_lapsed, forget_ended_sessions, send_invitation
from apps.members.models.invitation import VALID_FOR
from apps.members.tasks import tick
from apps.notifications.models import OutgoingMail, Reminder
from tests.make import make_invitation


def test_lapsed_invitations_fall_silent_once(group, now):
    invitations = [make_invitation(group=group) for _number in range(2)]
    for days, invitation in enumerate(invitations):
        send_invitation(actor=None, invitation=invitation, now=now + timedelta(days=days))
    ends_at = now + VALID_FOR

    assert cancel_lapsed(ends_at) == 1
    assert cancel_lapsed(ends_at) == 0

    assert list(OutgoingMail.objects.order_by("pk").values_list("state", flat=True)) == ["cancelled", "queued"]
    assert list(Reminder.objects.order_by("pk").values_list("state", flat=True)) == ["cancelled", "scheduled"]


def test_sessions_that_ran_out_are_forgotten(member, now):
    for key, days in (("old", -1), ("young", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=now + timedelta(days=days))
        UserSession.objects.create(user=member, session_key=key, ip="127.0.0.1", user_agent="x")

    assert forget_ended_sessions(now) == 1

    assert Session.objects.get().session_key == UserSession.objects.get().session_key == "young"


def test_tick_runs_on_nothing(db):
    tick()
