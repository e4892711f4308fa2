"""The access matrix: every role against every permission and visibility, and the query that must agree with it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.utils.timezone import localdate

from apps.discussions.models import Post, Thread
from apps.events.models import Event
from apps.members.models import Group, Member, Membership
from apps.members.permissions import RULES, Personal, Role, Visibility, allows, field_q, shows_field
from apps.publications.models import Circulation, Publication, Version
from tests.make import (
    NOW,
    make_circulation,
    make_consultee,
    make_event,
    make_member,
    make_membership,
    make_participation,
    make_post,
    make_publication,
    make_thread,
    make_topic,
    make_version,
)

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
    "typist",
    "suspended",
    "departed",
    "superuser",
    "stranger",
]

ACTIVE = set(CAST) - {"suspended", "departed", "stranger"}

# Who sees a scheduled event of the group, by its visibility. `invited`, `author` and `typist` are members of no group.
SEES = {
    Visibility.PUBLIC: set(CAST),
    Visibility.MEMBERS: ACTIVE,
    Visibility.GROUP: {"coordinator", "chair", "group_coordinator", "member", "observer", "invited"},
    Visibility.COORDINATORS: {"coordinator", "chair", "group_coordinator", "invited"},
}
SEES_DRAFT = {"coordinator", "chair", "group_coordinator", "author"}
# Of a paper, whose title page names `author`; `typist` entered it and stands nowhere on it.
SEES_DRAFT_PAPER = SEES_DRAFT | {"typist"}

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

# The same for a publication, to which nobody is invited.
MAY_PUBLISH = {
    "publications.view_publication": ACTIVE,
    "publications.add_publication": {"coordinator"},
    "publications.change_publication": {"coordinator"},
    "publications.publish_publication": {"coordinator"},
    "publications.delete_publication": set(),
    "publications.resolve_publication": {"coordinator", "chair", "group_coordinator", "author"},
}

# The same for an open circulation, in which `invited` and `observer` are asked, of a draft that `author` wrote.
MAY_CIRCULATE = {
    "publications.view_circulation": SEES_DRAFT_PAPER | {"invited", "observer"},
    "publications.add_circulation": {"coordinator"},
    "publications.change_circulation": {"coordinator"},
    "publications.lead_circulation": SEES_DRAFT_PAPER,
    "publications.comment_circulation": {"invited"},
    # Comments are shown to those who lead; to those who take part see test_comments_are_shown_as_the_circulation_says.
    "publications.see_comments_circulation": SEES_DRAFT_PAPER,
    "publications.export_circulation": SEES_DRAFT_PAPER,
}

# The same for a thread of the group that every member sees, with a post by `author`.
LEADS = {"coordinator", "chair", "group_coordinator"}
MAY_DISCUSS = {
    "discussions.view_thread": ACTIVE,
    "discussions.add_thread": LEADS | {"member"},
    "discussions.post_thread": ACTIVE - {"observer"},
    "discussions.lead_thread": LEADS,
    "discussions.view_post": ACTIVE,
    "discussions.change_post": {"author"},
    "discussions.delete_post": {"author"},
    "discussions.report_post": ACTIVE,
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
        "typist": make_member("typist@example.org"),
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


def make_matrix_paper(cast, group, **fields):
    paper = make_publication(group=group, created_by=cast["typist"], **fields)
    paper.authors.update(member=cast["author"])
    return paper


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


@pytest.mark.parametrize("visibility", list(Visibility))
def test_publication_is_seen_by_whom_the_table_says_and_the_query_agrees(cast, group, visibility):
    publication = make_matrix_paper(cast, group, visibility=visibility)
    draft = make_matrix_paper(cast, group, visibility=visibility, state="draft")

    seen = {row: _who_sees(cast, row) for row in (publication, draft)}

    expected = SEES[visibility] - ({"invited"} if visibility in ("group", "coordinators") else set()) | {"author"}
    assert seen == {publication: (expected, expected), draft: (SEES_DRAFT_PAPER, SEES_DRAFT_PAPER)}


def _who_sees(cast, publication):
    """By the rule, and by the query."""
    found = Publication.objects.filter(pk=publication.pk)
    return (
        {role for role, person in cast.items() if allows(person, "publications.view_publication", publication)},
        {role for role, person in cast.items() if found.visible_to(person).exists()},
    )


@pytest.mark.parametrize("perm", sorted(MAY_PUBLISH))
def test_publication_permission_is_given_to_whom_the_table_says(cast, group, perm):
    publication = make_matrix_paper(cast, group, visibility=Visibility.MEMBERS)

    assert {role for role, person in cast.items() if allows(person, perm, publication)} == MAY_PUBLISH[perm]


def test_only_staff_delete_a_draft(cast, group):
    draft = make_publication(group=group, state="draft")

    assert {role for role, person in cast.items() if allows(person, "publications.delete_publication", draft)} == {
        "coordinator"
    }


def test_the_table_of_publication_permissions_is_whole():
    assert {perm for perm in RULES if perm.endswith("_publication")} == set(MAY_PUBLISH)


@pytest.fixture
def circulation(cast, group):
    """Open, and asked of two in the cast and of one who is shut out."""
    paper = make_matrix_paper(cast, group, state="circulating", visibility=Visibility.PUBLIC)
    circulation = make_circulation(publication=paper)
    for role in ("invited", "observer", "suspended"):
        make_consultee(circulation=circulation, member=cast[role])
    return circulation


@pytest.mark.parametrize("perm", sorted(MAY_CIRCULATE))
def test_circulation_permission_is_given_to_whom_the_table_says(cast, circulation, perm):
    assert {role for role, person in cast.items() if allows(person, perm, circulation)} == MAY_CIRCULATE[perm]


@pytest.mark.parametrize(
    ("seen_by", "state", "is_shown"),
    [
        ("participants", "prepared", False),
        ("participants", "open", True),
        ("participants", "closed", True),
        ("participants", "cancelled", False),
        ("after_closing", "open", False),
        ("after_closing", "closed", True),
        ("leads", "open", False),
        ("leads", "closed", False),
    ],
)
def test_comments_are_shown_as_the_circulation_says(cast, circulation, seen_by, state, is_shown):
    circulation.seen_by, circulation.state = seen_by, state
    circulation.save()

    found = {
        role for role, person in cast.items() if allows(person, "publications.see_comments_circulation", circulation)
    }

    leads = MAY_CIRCULATE["publications.lead_circulation"]
    assert found == leads | ({"invited", "observer"} if is_shown else set())


@pytest.mark.parametrize("state", list(Circulation.State))
def test_circulation_is_seen_by_whom_the_table_says_and_the_query_agrees(cast, circulation, state):
    circulation.state = state
    circulation.save()
    found = Circulation.objects.filter(pk=circulation.pk)

    by_rule = {role for role, person in cast.items() if allows(person, "publications.view_circulation", circulation)}
    by_query = {role for role, person in cast.items() if found.visible_to(person).exists()}

    assert by_rule == by_query == SEES_DRAFT_PAPER | ({"invited", "observer"} if state in ("open", "closed") else set())


def test_circulated_draft_itself_stays_with_its_leads_and_authors(cast, circulation):
    paper = circulation.publication

    assert _who_sees(cast, paper) == (SEES_DRAFT_PAPER, SEES_DRAFT_PAPER)


@pytest.mark.parametrize("state", ["published", "withdrawn"])
def test_who_only_entered_a_paper_leads_its_circulations_no_longer_once_it_is_out(cast, circulation, state):
    Publication.objects.filter(pk=circulation.publication_id).update(state=state, published_on=NOW.date())
    circulation = Circulation.objects.get(pk=circulation.pk)
    found = Circulation.objects.filter(pk=circulation.pk)

    allowed = {perm: {role for role in cast if allows(cast[role], perm, circulation)} for perm in MAY_CIRCULATE}
    by_query = {role for role, person in cast.items() if found.visible_to(person).exists()}

    assert allowed == {perm: roles - {"typist"} for perm, roles in MAY_CIRCULATE.items()}
    assert by_query == allowed["publications.view_circulation"]


VERSION_READERS = {
    "published": SEES[Visibility.GROUP] - {"invited"} | {"author"},
    "never opened": SEES_DRAFT,
    "circulated": SEES_DRAFT_PAPER | {"invited", "observer"},
    "in a draft": SEES_DRAFT_PAPER,
    "withdrawn": SEES_DRAFT,
}


@pytest.mark.parametrize("case", VERSION_READERS)
def test_file_of_a_paper_is_seen_by_whom_the_table_says_and_the_query_agrees(cast, group, case):
    """A published one follows the paper; any other is for those who see drafts, and for who is asked about it."""
    state = {"in a draft": "draft", "withdrawn": "withdrawn", "circulated": "resolving"}.get(case, "published")
    paper = make_matrix_paper(cast, group, state=state, visibility=Visibility.GROUP)
    is_open = case in ("published", "in a draft", "withdrawn")
    version = make_version(publication=paper, published_at=NOW if is_open else None)
    other = make_version(publication=paper, published_at=None)
    if case == "circulated":
        circulation = make_circulation(publication=paper, version=version, state="closed")
        for role in ("invited", "observer", "suspended"):
            make_consultee(circulation=circulation, member=cast[role])

    seen = {row: _who_opens(cast, row) for row in (version, other)}

    expected, of_other = VERSION_READERS[case], SEES_DRAFT_PAPER if paper.is_draft else SEES_DRAFT
    assert seen == {version: (expected, expected), other: (of_other, of_other)}


def _who_opens(cast, version):
    """By the rule, and by the query."""
    found = Version.objects.filter(pk=version.pk)
    return (
        {role for role, person in cast.items() if allows(person, "publications.view_version", version)},
        {role for role, person in cast.items() if found.visible_to(person).exists()},
    )


def test_file_of_a_public_paper_is_seen_by_everybody_and_by_fewer_once_narrowed(cast, group):
    version = make_version(publication=make_publication(group=group, visibility=Visibility.PUBLIC))
    assert _who_opens(cast, version) == (set(CAST), set(CAST))

    version.publication.visibility = Visibility.COORDINATORS
    version.publication.save()

    leads = {"coordinator", "chair", "group_coordinator"}
    assert _who_opens(cast, version) == (leads, leads)


def test_consultee_of_a_prepared_or_cancelled_circulation_opens_nothing(cast, circulation):
    version = circulation.version
    readers = {}
    for state in Circulation.State:
        circulation.state = state
        circulation.save()
        readers[state] = _who_opens(cast, version)

    with_consultees = SEES_DRAFT_PAPER | {"invited", "observer"}
    expected = {
        state: with_consultees if state in ("open", "closed") else SEES_DRAFT_PAPER for state in Circulation.State
    }
    assert readers == {state: (roles, roles) for state, roles in expected.items()}


def test_the_table_of_circulation_permissions_is_whole():
    assert {perm for perm in RULES if perm.endswith("_circulation")} == set(MAY_CIRCULATE)


@pytest.mark.parametrize("mode", list(Thread.Mode))
@pytest.mark.parametrize("perm", sorted(MAY_DISCUSS))
def test_thread_permission_is_given_to_whom_the_table_says(cast, group, perm, mode):
    thread = make_thread(group=group, visibility=Visibility.MEMBERS, mode=mode)
    thing = make_post(thread=thread, writer=cast["author"]) if perm.endswith("_post") else thread

    assert {role for role, person in cast.items() if allows(person, perm, thing)} == MAY_DISCUSS[perm]


@pytest.mark.parametrize("is_hidden", [True, False])
@pytest.mark.parametrize("visibility", sorted(set(Visibility) - {Visibility.PUBLIC}))
def test_thread_is_seen_by_whom_the_table_says_and_the_query_agrees(cast, group, visibility, is_hidden):
    thread = make_thread(group=group, visibility=visibility, is_hidden=is_hidden, hidden_reason="Off the point.")
    post = make_post(thread=thread, writer=cast["author"])
    threads, posts = Thread.objects.filter(pk=thread.pk), Post.objects.filter(pk=post.pk)

    by_rule = {role for role, person in cast.items() if allows(person, "discussions.view_thread", thread)}
    by_query = {role for role, person in cast.items() if threads.visible_to(person).exists()}
    of_posts = {role for role, person in cast.items() if posts.visible_to(person).exists()}

    audience = set(Member.objects.seeing(thread))
    other_way = {role for role, person in cast.items() if person in audience}

    expected = LEADS if is_hidden else SEES[visibility] - ({"invited"} if visibility != "members" else set())
    assert by_rule == by_query == of_posts == other_way == expected


@pytest.mark.parametrize("visibility", ["group", "coordinators"])
def test_writing_in_a_thread_needs_to_see_it_and_more_than_to_observe(cast, group, visibility):
    thread = make_thread(group=group, visibility=visibility)

    writers = {role for role, person in cast.items() if allows(person, "discussions.post_thread", thread)}
    found = set(Member.objects.seeing(thread).working_in(thread))

    assert {role for role, person in cast.items() if person in found} == writers
    assert writers == LEADS | ({"member"} if visibility == "group" else set())


def test_hidden_post_is_read_by_those_who_lead_and_a_deleted_one_by_nobody(cast, group):
    thread = make_thread(group=group)
    hidden = make_post(thread=thread, writer=cast["member"], state="hidden", reason="Off the point.")
    gone = make_post(thread=thread, writer=cast["member"], state="withdrawn", text="")

    def readers(post):
        return {role for role, person in cast.items() if allows(person, "discussions.view_post", post)}

    assert (readers(hidden), readers(gone)) == (LEADS, set())


def test_the_table_of_thread_permissions_is_whole():
    assert {perm for perm in RULES if perm.startswith("discussions.")} == set(MAY_DISCUSS)


@pytest.mark.parametrize("through", ["group", "topic"])
def test_consultee_through_a_group_or_topic_loses_access_with_it_unless_a_reviewer(group, other_member, through):
    circulation = make_circulation(publication=make_publication(state="circulating"))
    topic = make_topic(parent=make_topic())
    via = {"via_group": group} if through == "group" else {"via_topic": topic.parent}
    consultee = make_consultee(circulation=circulation, member=other_member, **via)

    def sees():
        other_member.refresh_from_db()
        by_rule = allows(other_member, "publications.view_circulation", circulation)
        live = circulation.consultees.live().exists()
        by_query = Circulation.objects.visible_to(other_member).exists()
        assert by_rule == by_query == live
        return by_rule

    assert not sees()

    make_membership(group=group, member=other_member)
    other_member.topics.add(topic)
    assert sees()

    other_member.memberships.filter(group=group).update(ended_on=NOW.date())
    other_member.topics.clear()
    assert not sees()
    with pytest.raises(ProtectedError):
        (consultee.via_group or consultee.via_topic).delete()

    consultee.is_reviewer = True
    consultee.save()
    assert sees()

    consultee.removed_at = NOW
    consultee.save()
    assert not sees()


def test_hidden_names_are_seen_by_leaders_only(cast, group):
    event = make_matrix_event(cast, group, is_chatham_house=True)

    seen = {role for role, person in cast.items() if allows(person, "events.see_names_event", event)}

    assert seen == {"coordinator", "chair", "group_coordinator"}


OF_THEIR_OWN = (
    "_version",
    "_event",
    "_publication",
    "_circulation",
    "_thread",
    "_post",
    "view_group",
    "see_members_group",
)


@pytest.mark.parametrize("perm", sorted(perm for perm in RULES if not perm.endswith(OF_THEIR_OWN)))
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


def test_membership_gives_its_role_at_once_so_none_begins_later(group, other_member):
    later = Membership(group=group, member=other_member, role=Role.CHAIR, started_on=localdate() + timedelta(days=1))
    today = Membership(group=group, member=other_member, role=Role.CHAIR, started_on=localdate())

    with pytest.raises(ValidationError, match="rights begin at once"):
        later.full_clean()
    today.full_clean()


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
