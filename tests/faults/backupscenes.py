"""Inside the portal around a backup: secrets that must not get into it, and what is taken away after it."""

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.utils import timezone

from apps.core.tokens import new_nonce
from apps.events.actions import withdraw_participation
from apps.events.models import Participation
from apps.members import actions
from apps.members.models import Group, Invitation, Member, Membership
from apps.notifications import outbox
from apps.notifications.models import OutgoingMail, Suppression
from apps.notifications.recipients import recipient_of
from tests.faults import scenes

CAST = ("suspended", "departed", "erased", "left", "lowered", "demoted", "renewed", "uninvited", "relinked")
ADDRESS = "quiet@example.org"
WITHDRAWN, RESENT = "withdrawn@example.net", "resent@example.net"


def prepare_cast():
    """Those from whom something will be taken, all still in possession of it; and secrets in every place."""
    staff, group = Member.objects.get(email="staff@example.org"), Group.objects.get(slug="group")
    event = scenes.make_event(slug="cast", starts_at=timezone.now() + timedelta(days=30))
    for name in CAST:
        member = Member.objects.create_user(f"{name}@example.org", name=name, is_staff=name == "demoted")
        role = "chair" if name == "lowered" else "member"
        Membership.objects.create(group=group, member=member, role=role)
        Participation.objects.create(event=event, member=member, invited_at=timezone.now())
    for address in (WITHDRAWN, RESENT):
        invitation = actions.prepare_invitation(actor=staff, group=group, address=address)
        actions.send_invitation(actor=staff, invitation=invitation, now=timezone.now())
    later = timezone.now() + timedelta(days=1)
    Session.objects.create(session_key="zq7-session-key", session_data="zq7-session", expire_date=later)
    caches["database"].set("zq7-cache", "zq7-cache")
    outbox.notify_sealed(recipient_of(staff), "Code", "zq7-code", "zq7-code")


def take_away():
    """Take something from everybody; returns the links that are dead now and what the restore has to name."""
    staff, now = Member.objects.get(email="staff@example.org"), timezone.now()
    who = {member.name: member for member in Member.objects.filter(name__in=CAST)}
    parts = {part.member.name: part for part in Participation.objects.filter(member__in=who.values())}
    resent, withdrawn = (Invitation.objects.get(address=address) for address in (RESENT, WITHDRAWN))
    links = {"invitation": [resent.token], "rsvp": [parts[name].token for name in ("uninvited", "relinked", "erased")]}
    actions.suspend_member(actor=staff, member=who["suspended"])
    actions.depart_member(actor=staff, member=who["departed"], now=now)
    actions.end_membership(actor=staff, membership=who["left"].memberships.get(), now=now)
    actions.change_role(actor=staff, membership=who["lowered"].memberships.get(), role="observer")
    actions.demote_member(actor=staff, member=who["demoted"])
    actions.revoke_invitation(actor=staff, invitation=withdrawn)
    actions.resend_invitation(actor=staff, invitation=resent, now=now)
    withdraw_participation(actor=staff, participation=parts["uninvited"], now=now)
    Participation.objects.filter(pk=parts["relinked"].pk).update(nonce=new_nonce())
    Member.objects.filter(pk=who["renewed"].pk).update(password=make_password("a newer password"))
    Suppression.objects.create(address=ADDRESS)
    who["erased"].delete()
    scenes.invite(count=20, slug="since")
    named = ("suspended", "departed", "left", "lowered", "demoted", "renewed")
    return {"links": links, "named": [f"{name} (member {who[name].pk})" for name in named]}


def given_back(*, links):
    """A sentence for everything that somebody has again."""
    state = {member.name: member for member in Member.objects.filter(name__in=CAST)}
    checks = {
        "suspended": not state["suspended"].is_active,
        "departed": state["departed"].status == "departed",
        "erased": "erased" not in state,
        "left": not state["left"].group_roles(),
        "lowered": list(state["lowered"].group_roles().values()) == ["observer"],
        "demoted": not state["demoted"].is_staff,
        "renewed": state["renewed"].check_password("a newer password"),
        "uninvited": not Participation.objects.filter(member=state["uninvited"], withdrawn_at=None).exists(),
        "withdrawn": Invitation.objects.get(address=WITHDRAWN).state == "revoked",
        "quiet": Suppression.objects.filter(address=ADDRESS).exists(),
    }
    yield from (f"{name}: what was taken away is back" for name, stays in checks.items() if not stays)
    opened = [Invitation.from_token(token) for token in links["invitation"]]
    opened += [Participation.from_token(token) for token in links["rsvp"]]
    yield from (f"a revoked link opens {row!r} again" for row in opened if row is not None)


def open_sessions():
    """A sentence for sessions that outlived the restore."""
    if Session.objects.exists():
        yield "sessions go on after the restore"


def ask_for_code():
    """A login code, asked for after the restore."""
    member = Member.objects.get(email="staff@example.org")
    return outbox.notify_sealed(recipient_of(member), "Code", "Your code", "<p>Your code</p>").pk


def state_of(*, pk):
    return OutgoingMail.objects.get(pk=pk).state
