"""What is done inside the portal under test: people, their invitations, and how their acts stand in the database.

Each runs in the process of ``inside.py`` with the portal's own settings; arguments and results are plain JSON.
"""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.urls import reverse
from django.utils import timezone

from apps.events.actions import invite_members
from apps.events.forms import EventForm
from apps.events.models import Event, Participation
from apps.members.actions import prepare_invitation, send_invitation
from apps.members.models import Group, LegalText, Member, Membership
from apps.notifications.models import Announcement

PASSWORD = "correct horse battery"


def prepare():
    """A staff member and a group; every other scene builds on them."""
    Member.objects.create_user("staff@example.org", name="Staff", is_staff=True, password=PASSWORD)
    Group.objects.create(name="Group", slug="group", visibility="members")


def invite(*, count, slug="registries", once="a", in_days=30):
    """Make ``count`` people and invite them to an event of their own."""
    people = Member.objects.bulk_create(
        Member(email=f"{slug}{number}@mail{number % 7}.example", name=f"Person {number}", password="!")
        for number in range(count)
    )
    event = make_event(slug=slug, starts_at=timezone.now() + timedelta(days=in_days))
    staff = Member.objects.get(email="staff@example.org")
    ids = [person.pk for person in people]
    invite_members(actor=staff, event=event, member_ids=ids, once=once, now=timezone.now())
    return count


def make_event(*, slug, starts_at, **fields):
    fields = {"title": slug.title(), "state": "scheduled", "visibility": "members", **fields}
    return Event.objects.create(
        group=Group.objects.get(slug="group"), slug=slug, starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2), **fields,
    )  # fmt: skip


def prepare_load(*, members, invited, seats):
    """Members with a password, an event they are all asked to, one with few seats, and one to invite others to."""
    staff, group = Member.objects.get(email="staff@example.org"), Group.objects.get(slug="group")
    encoded = make_password(PASSWORD)
    people = make_people("busy", members, group, encoded)
    others = make_people("guest", invited, group, "!")
    in_days = timezone.now() + timedelta(days=30)
    for slug, fields in (("workshop", {}), ("limited", {"capacity": seats})):
        event = make_event(slug=slug, starts_at=in_days, **fields)
        ids = [person.pk for person in people]
        invite_members(actor=staff, event=event, member_ids=ids, once="load", now=timezone.now())
    return {
        "members": [person.email for person in people],
        "round": make_event(slug="round", starts_at=in_days).pk,
        "invited": [[person.pk, person.email] for person in others],
    }


def make_people(name, count, group, password):
    people = Member.objects.bulk_create(
        Member(email=f"{name}{number}@mail.example", name=f"{name} {number}", password=password)
        for number in range(count)
    )
    Membership.objects.bulk_create(Membership(group=group, member=person, role="member") for person in people)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True) for person in people
    )
    return people


def standing():
    """What the load's acts have come to: {kind: {who: value}}."""
    parts = Participation.objects.select_related("member", "event")
    found = {"position": dict(Member.objects.values_list("email", "position")), "invited": {}}
    found |= {slug: {} for slug in ("workshop", "limited")}
    for part in parts:
        if part.event.slug == "round":
            found["invited"][part.member.email] = "yes"
        elif part.event.slug in found:
            found[part.event.slug][part.member.email] = [part.answer, part.mode]
    return found


def wrong_seats():
    """A sentence for each event whose counter of seats is not the number of people who have one."""
    for event in Event.objects.all():
        for mode, taken, limit in (
            ("in_person", event.seats_taken, event.capacity),
            ("online", event.online_taken, event.online_capacity),
        ):
            seated = event.participations.filter(has_seat=True, mode=mode).count()
            if seated != taken or (limit is not None and seated > limit):
                yield f"{event.slug}: {seated} seats {mode} are held, {taken} are counted, {limit} there are"


def seats_and_queue(*, slug):
    """[how many have a seat, how many wait]."""
    parts = Event.objects.get(slug=slug).participations
    return [parts.filter(has_seat=True).count(), parts.waiting().count()]


def announcements(*, slug):
    """How often something was said to the people of an event."""
    return Announcement.objects.filter(about_id=Event.objects.get(slug=slug).pk).count()


def invite_address(*, address):
    """Invite somebody to the group; returns the path of the link in the mail."""
    LegalText.objects.get_or_create(kind="privacy", defaults={"body": "Ours.", "published_at": timezone.now()})
    staff, group = Member.objects.get(email="staff@example.org"), Group.objects.get(slug="group")
    invitation = prepare_invitation(actor=staff, group=group, address=address)
    invitation = send_invitation(actor=staff, invitation=invitation, now=timezone.now())
    return reverse("members:invitation", kwargs={"token": invitation.token})


def accounts_and_memberships(*, address):
    """[how many accounts the address has, how many memberships they have]."""
    return [Member.objects.filter(email=address).count(), Membership.objects.filter(member__email=address).count()]


def form_fields(*, slug):
    """The event as its form sends it."""
    form = EventForm(instance=Event.objects.get(slug=slug))
    return {name: form[name].value() or "" for name in form.fields if name != "version"} | _times(form)


def _times(form):
    return {name: f"{form[name].value():%Y-%m-%dT%H:%M}" for name in ("starts_at", "ends_at")}
