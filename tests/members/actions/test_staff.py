import pytest

from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.members.actions import change_role, demote_member, end_membership, promote_member
from apps.members.permissions import Role
from tests.make import make_member


def test_promote_and_demote_are_logged(coordinator, member):
    promote_member(actor=coordinator, member=member)
    assert member.has_perm("members.add_invitation")

    demote_member(actor=coordinator, member=member)

    member.refresh_from_db()
    assert not member.is_staff
    entries = AuditEntry.objects.filter(event="role", actor=coordinator, about_id=member.pk).order_by("pk")
    assert list(entries.values_list("detail", flat=True)) == ["staff", "no longer staff"]


def test_rights_of_staff_are_given_by_staff_to_active_members_once(coordinator, chair, member, suspended):
    for actor, person in ((chair, member), (coordinator, suspended), (coordinator, coordinator)):
        with pytest.raises(Refused):
            promote_member(actor=actor, member=person)

    assert not AuditEntry.objects.exists()


def test_nobody_demotes_themself_or_the_last_one(coordinator, chair):
    other = make_member("second@example.org", is_staff=True)

    for actor, person in ((coordinator, coordinator), (chair, other), (coordinator, chair)):
        with pytest.raises(Refused):
            demote_member(actor=actor, member=person)
    demote_member(actor=coordinator, member=other)
    with pytest.raises(Refused):
        demote_member(actor=None, member=coordinator)


def test_change_role_is_logged_and_needs_a_present_membership(coordinator, chair, member, now):
    membership = member.memberships.get()

    change_role(actor=coordinator, membership=membership, role=Role.CHAIR)

    membership.refresh_from_db()
    assert membership.role == Role.CHAIR
    assert AuditEntry.objects.get().detail == f"group {membership.group_id}: member to chair"
    for actor, role in ((coordinator, Role.CHAIR), (coordinator, "emperor"), (chair, Role.OBSERVER)):
        with pytest.raises(Refused):
            change_role(actor=actor, membership=membership, role=role)


def test_end_membership_ends_the_rights_at_once(coordinator, chair, group, now):
    membership = chair.memberships.get()

    end_membership(actor=coordinator, membership=membership, now=now)

    chair.refresh_from_db()
    assert chair.group_roles() == {}
    assert membership.ended_on == max(now.date(), membership.started_on)
    with pytest.raises(Refused):
        end_membership(actor=coordinator, membership=membership, now=now)
