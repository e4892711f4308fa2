from datetime import timedelta

from apps.members.actions import cancel_lapsed, forget_decided_requests, send_invitation
from apps.members.actions.joining import KEPT_FOR
from apps.members.models import JoinRequest
from apps.members.models.invitation import VALID_FOR
from apps.members.tasks import tick
from apps.notifications.models import OutgoingMail, Reminder
from tests.make import make_invitation, make_join_request


def test_lapsed_invitations_fall_silent_once(group, now):
    invitations = [make_invitation(group=group) for _number in range(2)]
    for days, invitation in enumerate(invitations):
        send_invitation(actor=None, invitation=invitation, now=now + timedelta(days=days))
    ends_at = now + VALID_FOR

    assert cancel_lapsed(ends_at) == 1
    assert cancel_lapsed(ends_at) == 0

    assert list(OutgoingMail.objects.order_by("pk").values_list("state", flat=True)) == ["cancelled", "queued"]
    assert list(Reminder.objects.order_by("pk").values_list("state", flat=True)) == ["cancelled", "scheduled"]


def test_what_was_typed_is_forgotten_half_a_year_after_the_decision_and_only_then(db, now):
    old, young = now - KEPT_FOR - timedelta(seconds=1), now - KEPT_FOR
    declined = make_join_request(state="declined", decided_at=old, reason="Full.", country="DE", is_told=True)
    approved = make_join_request(state="approved", decided_at=old)
    kept = [make_join_request(state="declined", decided_at=young), make_join_request()]
    JoinRequest.objects.update(created_at=old)

    assert forget_decided_requests(now) == 2
    assert forget_decided_requests(now) == 0

    typed = ("name", "address", "organisation", "country", "motivation", "reason")
    assert set(JoinRequest.objects.filter(pk__in=[declined.pk, approved.pk]).values_list(*typed)) == {("",) * 6}
    assert JoinRequest.objects.get(pk=declined.pk).stakeholder_group == "ngo"
    assert all(JoinRequest.objects.get(pk=row.pk).address == row.address for row in kept)


def test_tick_runs_on_nothing(db):
    tick()
