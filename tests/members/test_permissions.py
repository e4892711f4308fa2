"""The access matrix: every role against every permission and visibility, and the query that must agree with it."""

import pytest

from apps.events.models import Event
from apps.members.models import Group, Member
from apps.members.permissions import RULES, Personal, Role, Visibility, allows, field_q, shows_field
from tests.make import NOW, make_event, make_member, make_participation

pytestmark = pytest.mark.django_db

CAST = [
    "coordinator",
    "chair",
    "group_coordinator",
    "member",
    "observer",
    "invited",
    "other_member",
    "author",
    "suspended",
    "departed",
    "superuser",
    "stranger",
]

ACTIVE = set(CAST) - {"suspended", "departed", "stranger"}

# Who sees a scheduled event of the group, by its visibility. `invited` and `author` are members of no group.
SEES = {
    Visibility.PUBLIC: set(CAST),
    Visibility.MEMBERS: ACTIVE,
    Visibility.GROUP: {"coordinator", "chair", "group_coordinator", "member", "observer", "invited"},
    Visibility.COORDINATORS: {"coordinator", "chair", "group_coordinator", "invited"},
}
SEES_DRAFT = {"coordinator", "chair", "group_coordinator", "author"}

# Who may do what on an event everyone active sees, to which `invited` and `suspended` are invited.
MAY = {
    "events.view_event": ACTIVE,
    "events.add_event": {"coordinator"},
    "events.change_event": {"coordinator", "chair", "group_coordinator"},
    "events.delete_event": set(),
    "events.cancel_event": {"coordinator", "chair", "group_coordinator"},
    "events.schedule_event": {"coordinator"},
    "events.invite_event": {"coordinator"},
    "events.message_event": {"coordinator"},
    "events.answer_event": {"invited"},
    "events.see_link_event": {"coordinator", "chair", "group_coordinator", "invited"},
    "events.see_names_event": {"coordinator", "chair", "group_coordinator", "invited"},
    "events.see_answers_event": {"coordinator", "chair", "group_coordinator"},
    "events.export_event": {"coordinator"},
}


@pytest.fixture
def cast(request, group, coordinator, chair, member, observer, other_member, suspended):
    people = {
        "coordinator": coordinator,
        "chair": chair,
        "group_coordinator": make_member("gc@example.org", group=group, role=Role.COORDINATOR),
        "member": member,
        "observer": observer,
        "invited": make_member("invited@example.org"),
        "other_member": other_member,
        "author": make_member("author@example.org"),
        "suspended": suspended,
        "departed": make_member("departed@example.org", group=group, role=Role.CHAIR),
        "superuser": make_member("superuser@example.org", is_superuser=True),
        "stranger": None,
    }
    people["departed"].become(Member.Status.DEPARTED)
    return people


def make_matrix_event(cast, group, **fields):
    event = make_event(group=group, created_by=cast["author"], **fields)
    for role in ("invited", "suspended"):
        make_participation(event=event, member=cast[role])
    return event


@pytest.mark.parametrize("visibility", list(Visibility))
@pytest.mark.parametrize("state", [Event.State.SCHEDULED, Event.State.CANCELLED, Event.State.HELD])
def test_published_event_is_seen_by_whom_the_table_says_and_the_query_agrees(cast, group, visibility, state):
    event = make_matrix_event(cast, group, visibility=visibility, state=state)

    by_rule = {role for role, person in cast.items() if allows(person, "events.view_event", event)}
    by_query = {role for role, person in cast.items() if Event.objects.visible_to(person).filter(pk=event.pk).exists()}

    assert by_rule == SEES[visibility]
    assert by_query == SEES[visibility]


@pytest.mark.parametrize("visibility", list(Visibility))
def test_draft_is_seen_by_its_author_the_leaders_and_staff(cast, group, visibility):
    event = make_matrix_event(cast, group, visibility=visibility, state=Event.State.DRAFT)

    by_rule = {role for role, person in cast.items() if allows(person, "events.view_event", event)}
    by_query = {role for role, person in cast.items() if Event.objects.visible_to(person).filter(pk=event.pk).exists()}

    assert by_rule == SEES_DRAFT
    assert by_query == SEES_DRAFT


@pytest.mark.parametrize("perm", sorted(MAY))
def test_event_permission_is_given_to_whom_the_table_says(cast, group, perm):
    event = make_matrix_event(cast, group, visibility=Visibility.MEMBERS)

    assert {role for role, person in cast.items() if allows(person, perm, event)} == MAY[perm]


def test_the_table_of_event_permissions_is_whole():
    listed = {perm for perm in RULES if perm.startswith("events.") and perm.endswith("_event")}

    assert listed == set(MAY)


def test_hidden_names_are_seen_by_leaders_only(cast, group):
    event = make_matrix_event(cast, group, is_chatham_house=True)

    seen = {role for role, person in cast.items() if allows(person, "events.see_names_event", event)}

    assert seen == {"coordinator", "chair", "group_coordinator"}


@pytest.mark.parametrize(
    "perm", sorted(perm for perm in RULES if not perm.endswith(("_event", "view_group", "members_group")))
)
def test_every_other_permission_is_for_staff_or_oneself_but_seeing_a_person(cast, perm):
    target = cast["member"]

    allowed = {role for role, person in cast.items() if allows(person, perm, target)}

    expected = {"coordinator"}
    if perm == "members.view_member":
        expected = ACTIVE
    if perm == "members.export_member":
        expected = {"member"}
    assert allowed == expected


@pytest.mark.parametrize("visibility", list(Visibility))
def test_group_is_seen_by_whom_its_visibility_says_and_the_query_agrees(cast, group, visibility):
    group.visibility = visibility
    group.save()

    by_rule = {role for role, person in cast.items() if allows(person, "members.view_group", group)}
    by_query = {role for role, person in cast.items() if Group.objects.visible_to(person).filter(pk=group.pk).exists()}

    assert by_rule == by_query == SEES[visibility] - ({"invited"} if visibility in ("group", "coordinators") else set())


@pytest.mark.parametrize("visibility", list(Visibility))
def test_people_of_a_group_are_shown_to_its_own_and_to_staff(cast, group, visibility):
    group.visibility = visibility
    group.save()

    allowed = {role for role, person in cast.items() if allows(person, "members.see_members_group", group)}

    assert allowed == {"coordinator", "chair", "group_coordinator", "member", "observer"}


def test_unknown_permission_is_refused_to_everyone(cast):
    assert not any(allows(person, "events.fly_event", None) for person in cast.values())


@pytest.mark.parametrize("perm", ["events.add_event", "members.change_member", "notifications.view_outgoingmail"])
def test_superuser_flag_gives_nothing(cast, perm):
    person = cast["superuser"]

    assert (person.has_perm(perm), person.has_perms([perm]), person.has_module_perms("events")) == (False, False, False)


def test_invitation_through_a_group_ends_with_the_membership(group, member):
    event = make_event(group=group, visibility=Visibility.COORDINATORS)
    make_participation(event=event, member=member, via_group=group)
    assert allows(member, "events.view_event", event)

    member.memberships.update(ended_on=NOW.date())
    member.refresh_from_db()

    assert not allows(member, "events.view_event", event)
    assert not Event.objects.visible_to(member).exists()


def test_invitation_picked_by_hand_stays_until_taken_back(group, other_member):
    event = make_event(group=group, visibility=Visibility.COORDINATORS)
    part = make_participation(event=event, member=other_member)
    assert allows(other_member, "events.view_event", event)

    part.save_answer(withdrawn_at=NOW)

    assert not allows(other_member, "events.view_event", event)
    assert not Event.objects.visible_to(other_member).exists()


@pytest.mark.parametrize(
    ("who", "is_listed", "seen_by"),
    [
        ("member", True, ACTIVE),
        ("member", False, {"coordinator", "member"}),
        ("coordinator", True, ACTIVE),
        ("suspended", True, {"coordinator"}),
        ("departed", True, {"coordinator"}),
    ],
)
def test_person_is_seen_by_whom_the_table_says_and_the_query_agrees(cast, who, is_listed, seen_by):
    person = cast[who]
    person.is_listed = is_listed
    person.save()

    by_rule = {role for role, reader in cast.items() if allows(reader, "members.view_member", person)}
    by_query = {role for role, reader in cast.items() if Member.objects.visible_to(reader).filter(pk=person.pk)}

    assert by_rule == by_query == seen_by


@pytest.mark.parametrize("is_shown", [True, False])
@pytest.mark.parametrize("field", list(Personal))
def test_field_of_a_person_is_seen_by_whom_the_person_chose_and_the_query_agrees(cast, field, is_shown):
    person = cast["member"]
    setattr(person, field.choice, is_shown)
    person.save()

    by_rule = {role for role, reader in cast.items() if shows_field(reader, person, field)}
    by_query = {role for role, reader in cast.items() if Member.objects.filter(field_q(reader, field), pk=person.pk)}

    assert by_rule == by_query == (ACTIVE if is_shown else {"coordinator", "member"})


def test_address_and_telephone_are_hidden_until_their_owner_shows_them(member):
    assert set(Personal) - set(member.shown_fields()) == {Personal.EMAIL, Personal.PHONE}
