"""Mails to measure with: an event and invitations to it, written down and due."""

from datetime import timedelta

from django.utils import timezone

from apps.events.actions import invite_members
from apps.events.models import Event
from apps.members.models import Group, Member, Membership
from apps.notifications import announcements


def make_group(slug, count):
    """Make a group of so many members; return it."""
    group = Group.objects.create(name=slug, slug=slug)
    people = Member.objects.bulk_create(
        [
            Member(email=f"{slug}-{number}@mail{number % 7}.example", name=f"Person {number}", password="!")
            for number in range(count)
        ],
        batch_size=500,
    )
    today = timezone.now().date()
    Membership.objects.bulk_create(
        [Membership(member=person, group=group, started_on=today) for person in people], batch_size=500
    )
    return group


def make_event(group):
    """Make one more event of the group, a month ahead."""
    start, number = timezone.now() + timedelta(days=30), Event.objects.count()
    return Event.objects.create(
        group=group,
        title=f"Registries in practice, part {number}",
        slug=f"registries-{number}",
        lead="How registries talk to each other, and what still keeps them from it.",
        place="Bonn",
        online_link="https://meet.example.org/registries",
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        state=Event.State.SCHEDULED,
    )


def invite(group):
    """Invite a group to a new event of its own, all rows written; nothing is sent."""
    staff, _made = Member.objects.get_or_create(email="staff@example.org", defaults={"is_staff": True})
    ids = list(group.memberships.values_list("member", flat=True))
    invite_members(actor=staff, event=make_event(group), member_ids=ids, once="bench", now=timezone.now())
    announcements.expand_waiting(timezone.now())
