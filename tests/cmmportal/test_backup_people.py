"""Over a living database: what was taken away since the backup stays away."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps

from apps.core import carryover
from apps.core.tokens import Linkable
from apps.events.models import Event, Participation
from apps.members.models import Invitation, Member, Membership
from apps.members.permissions import Role
from apps.notifications.models import Preference, Suppression
from tests.carrying import carry_over, update
from tests.make import NOW, make_event, make_invitation, make_membership, make_participation


@pytest.fixture
def event(group, member):
    event = make_event(group=group)
    make_participation(event=event, member=member)
    return event


def test_links_of_every_kind_are_carried_over_or_exempt_with_a_reason():
    linkable = {f"{model._meta.label_lower}.nonce" for model in apps.get_models() if issubclass(model, Linkable)}

    assert linkable - carryover.settled_labels() == set()
    assert all(len(reason) > 20 for reason in carryover._exempt.values())


def test_nothing_changed_since_says_and_changes_nothing(event, member, group):
    make_invitation(group=group, state="sent", sent_at=NOW, expires_at=NOW + timedelta(days=9))
    before = list(Member.objects.values()), list(Participation.objects.values()), list(Invitation.objects.values())

    assert carry_over(lambda: None) == []
    assert before == (
        list(Member.objects.values()),
        list(Participation.objects.values()),
        list(Invitation.objects.values()),
    )


@pytest.mark.parametrize("status", ["suspended", "departed"])
def test_closed_accounts_stay_closed(member, status):
    said = carry_over(lambda: member.become(Member.Status(status)))

    member.refresh_from_db()
    assert (member.status, member.is_active) == (status, False)
    assert said == [f"Mina Member (member {member.pk}): {status} since the backup, stays so."]


def test_an_account_opened_since_stays_closed_as_in_the_backup(suspended):
    assert carry_over(lambda: suspended.become(Member.Status.ACTIVE)) == []

    suspended.refresh_from_db()
    assert suspended.status == "suspended"


def test_erased_members_are_erased_again(member, other_member, event):
    said = carry_over(lambda: Member.objects.filter(pk=member.pk).delete())

    assert list(Member.objects.all()) == [other_member]
    assert said == [
        "1 × participation: links replaced since the backup stay dead.",
        f"Member {member.pk}: the invitation to “{event}” was taken back since the backup, stays so.",
        f"Member {member.pk}: erased since the backup, is erased again.",
    ]


def test_staff_rights_taken_stay_taken(coordinator):
    said = carry_over(update(coordinator, is_staff=False))

    coordinator.refresh_from_db()
    assert not coordinator.is_staff
    assert said == [f"Cora Coordinator (member {coordinator.pk}): no coordinator any more since the backup, stays so."]


def test_staff_rights_given_since_are_not_given(member):
    carry_over(update(member, is_staff=True))

    member.refresh_from_db()
    assert not member.is_staff


def test_newest_password_stays(member):
    said = carry_over(update(member, password="!newer"))

    member.refresh_from_db()
    assert member.password == "!newer"
    assert len(said) == 1


def test_newest_address_stays_and_signs_in(member):
    carry_over(update(member, email="new@example.org"))

    member.refresh_from_db()
    assert member.email == "new@example.org"
    assert [row.email for row in member.emailaddress_set.all()] == ["new@example.org"]


def test_an_address_that_is_somebody_elses_in_the_backup_is_named(member, other_member):
    def swap():
        update(other_member, email="elsewhere@example.org")()
        update(member, email="other@example.org")()

    said = carry_over(swap)

    assert Member.objects.get(pk=member.pk).email == "member@example.org"
    assert any("Please look" in sentence for sentence in said)


def test_ended_membership_stays_ended(member, group):
    membership = member.memberships.get()

    said = carry_over(lambda: membership.end(NOW.date()))

    assert not Membership.objects.current().filter(member=member).exists()
    assert said == [f"Mina Member (member {member.pk}): left Working group since the backup, stays out."]


def test_what_ended_with_an_earlier_membership_does_not_come_back(event, member, group):
    event.participations.update(via_group=group)

    def leave_and_come_back():
        member.memberships.get().end(NOW.date())
        make_membership(group=group, member=member, started_on=NOW.date())

    assert event.participations.live().exists()
    said = carry_over(leave_and_come_back)

    assert said == [f"Mina Member (member {member.pk}): left Working group and came back since the backup."]
    assert Member.objects.get(pk=member.pk).group_roles() == {group.pk: "member"}
    assert not event.participations.live().exists()


def test_deleted_membership_is_ended(member):
    carry_over(lambda: member.memberships.all().delete())

    assert not Membership.objects.current().filter(member=member).exists()


def test_lowered_role_stays_low_and_a_raised_one_is_not_given(chair, member):
    def change():
        chair.memberships.update(role=Role.OBSERVER)
        member.memberships.update(role=Role.CHAIR)

    said = carry_over(change)

    assert (chair.memberships.get().role, member.memberships.get().role) == (Role.OBSERVER, Role.MEMBER)
    assert said == [f"Chidi Chair (member {chair.pk}): only observer in Working group since the backup, stays so."]


def test_withdrawn_invitation_stays_withdrawn(group):
    invitation = make_invitation(group=group, state="sent", sent_at=NOW, expires_at=NOW + timedelta(days=9))

    said = carry_over(update(invitation, state="revoked"))

    invitation.refresh_from_db()
    assert invitation.state == "revoked"
    assert len(said) == 1


def test_invitation_used_by_somebody_who_is_out_again_opens_nothing(group, suspended):
    invitation = make_invitation(group=group, state="sent", sent_at=NOW, expires_at=NOW + timedelta(days=9))

    carry_over(update(invitation, state="accepted", accepted_by=suspended))

    invitation.refresh_from_db()
    assert invitation.state == "revoked"


def test_invitation_used_by_somebody_who_is_in_can_be_used_again(group, member):
    invitation = make_invitation(group=group, state="sent", sent_at=NOW, expires_at=NOW + timedelta(days=9))

    carry_over(update(invitation, state="accepted", accepted_by=member))

    invitation.refresh_from_db()
    assert invitation.state == "sent"


def test_links_replaced_since_stay_dead_and_the_newer_ones_work(event):
    part = event.participations.get()
    old = part.token
    newer = []

    def renew():
        part.renew_nonce()
        part.save()
        newer.append(part.token)

    carry_over(renew)

    assert Participation.from_token(old) is None
    assert Participation.from_token(newer[0]) == part


def test_links_of_rows_deleted_since_are_dead(event):
    part = event.participations.get()
    old = part.token

    carry_over(part.delete)

    assert Participation.from_token(old) is None


def test_invitation_to_an_event_taken_back_stays_taken_back(event, member):
    part = event.participations.get()
    part.save_answer(answer="yes", mode="online", has_seat=True)
    Event.objects.filter(pk=event.pk).update(online_taken=1)

    carry_over(update(part, withdrawn_at=NOW, has_seat=False))

    part.refresh_from_db()
    event.refresh_from_db()
    assert part.withdrawn_at is not None
    assert (part.has_seat, event.online_taken) == (False, 0)
    assert not event.is_open_to(member)


def test_an_event_shown_to_fewer_since_is_not_shown_to_more(group):
    event, other = make_event(group=group, visibility="public"), make_event(group=group, visibility="group")

    def change():
        update(event, visibility="coordinators")()
        update(other, visibility="public")()

    carry_over(change)

    event.refresh_from_db()
    other.refresh_from_db()
    assert (event.visibility, other.visibility) == ("coordinators", "group")


def test_what_counts_what_was_said_never_goes_back(group, event):
    invitation = make_invitation(group=group, state="sent", round=1, sent_at=NOW, expires_at=NOW + timedelta(days=9))
    Event.objects.filter(pk=event.pk).update(sequence=7, revision=1)

    def change():
        update(invitation, round=3)()
        update(event, sequence=5, revision=4, queue_counter=2)()

    carry_over(change)

    invitation.refresh_from_db()
    event.refresh_from_db()
    assert (invitation.round, event.sequence, event.revision, event.queue_counter) == (3, 7, 4, 2)


def test_second_factors_are_those_of_today(member, other_member):
    lost = Authenticator.objects.create(user=member, type="totp", data={"secret": "lost"})
    same = Authenticator.objects.create(user=other_member, type="totp", data={"secret": "same"})

    def change():
        lost.delete()
        Authenticator.objects.create(user=member, type="totp", data={"secret": "new"})

    said = carry_over(change)

    assert [row.data for row in Authenticator.objects.filter(user=member)] == [{"secret": "new"}]
    assert Authenticator.objects.get(user=other_member) == same
    assert said == [f"Mina Member (member {member.pk}): has the second factors of today (1)."]


def test_disconnected_identity_stays_disconnected(member):
    identity = SocialAccount.objects.create(user=member, provider="sso", uid="1")

    carry_over(lambda: SocialAccount.objects.filter(pk=identity.pk).delete())

    assert not SocialAccount.objects.exists()


def test_suppressions_and_choices_stay(member):
    Preference.objects.create(member=member, kind="event_reminder", cadence="at_once")

    def change():
        Suppression.objects.create(address="gone@example.org", reason="bounced")
        Preference.objects.update(cadence="off")

    carry_over(change)

    assert [row.address for row in Suppression.objects.all()] == ["gone@example.org"]
    assert Preference.objects.get().cadence == "off"
