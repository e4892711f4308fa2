"""The canary method: a word of its own in everything somebody may not see, looked for as everybody who may not.

Asked of the search itself, which the page shows no more than: hits, their number, kinds and texts.
"""

import pytest

from apps.core import search
from apps.core.models import SearchEntry
from apps.core.searchwords import read
from apps.events.models import Event
from apps.members.actions import end_membership, save_profile, suspend_member
from apps.members.models import Member, Membership
from apps.members.permissions import Personal
from apps.publications.models import Publication
from tests.make import (
    NOW,
    make_event,
    make_member,
    make_organisation,
    make_participation,
    make_post,
    make_publication,
    make_thread,
    make_topic,
    make_version,
)

pytestmark = pytest.mark.django_db

CANARY = "xyzzyquokka"
EVERYBODY = ("coordinator", "chair", "member", "other_member", "observer", "stranger", "suspended")


@pytest.fixture
def cast(request):
    """Everybody, by their part in the play."""
    return {name: request.getfixturevalue(name) for name in EVERYBODY}


def finders(cast, typed=CANARY):
    """Who finds something by these words now, each read anew."""
    found = set()
    for name, person in cast.items():
        reader = Member.objects.active().filter(pk=person.pk).first() if person else None
        if search.find(read(typed), reader):
            found.add(name)
    return found


LEADING = {"coordinator", "chair"}
GROUP = LEADING | {"member", "observer"}
MEMBERS = GROUP | {"other_member"}
ALL = MEMBERS | {"stranger", "suspended"}

SEEN_BY = [("public", ALL), ("members", MEMBERS), ("group", GROUP), ("coordinators", LEADING)]


@pytest.mark.parametrize(("visibility", "expected"), SEEN_BY)
def test_an_event_is_found_by_who_may_see_it(cast, group, visibility, expected):
    event = make_event(group=group, agenda=CANARY, visibility=visibility)

    assert finders(cast) == expected

    Event.objects.filter(pk=event.pk).update(state=Event.State.DRAFT)
    assert finders(cast) == LEADING


def test_a_draft_of_an_event_is_found_by_its_author_as_well(cast, group, other_member):
    make_event(group=group, title=CANARY, state=Event.State.DRAFT, created_by=other_member)

    assert finders(cast) == LEADING | {"other_member"}


def test_an_invitation_opens_one_event_and_closes_it_again(cast, group, other_member):
    event = make_event(group=group, public_summary=CANARY, visibility="group")
    part = make_participation(event=event, member=other_member)
    assert finders(cast) == MEMBERS

    part.withdrawn_at = NOW
    part.save()
    assert finders(cast) == GROUP


def test_the_link_to_take_part_is_found_by_nobody(cast, group):
    make_event(group=group, visibility="public", online_link=f"https://{CANARY}.example/join")

    assert finders(cast) == set()


@pytest.mark.parametrize(("visibility", "expected"), SEEN_BY)
@pytest.mark.parametrize("field", ["title", "subtitle", "abstract", "byline", "text"])
def test_a_paper_is_found_by_who_may_see_it(cast, group, visibility, expected, field):
    authors = (CANARY,) if field == "byline" else ("Ada Author",)
    fields = {field: CANARY} if field not in {"byline", "text"} else {}
    publication = make_publication(group=group, visibility=visibility, authors=authors, **fields)
    if field == "text":
        make_version(publication=publication, text=f"Before {CANARY} after", published_at=NOW)

    assert finders(cast) == expected

    publication.state = Publication.State.CLEARED
    publication.save(update_fields=["state"])
    assert finders(cast) == LEADING


def test_the_text_of_a_draft_is_found_by_its_authors(cast, group, other_member):
    publication = make_publication(group=group, state=Publication.State.DRAFT, visibility="public")
    publication.authors.update(member=other_member)
    make_version(publication=publication, text=CANARY)

    assert finders(cast) == LEADING | {"other_member"}


def test_a_file_not_open_yet_is_found_by_those_who_see_drafts(cast, group):
    publication = make_publication(group=group, visibility="public")
    make_version(publication=publication, text="The file of yesterday", published_at=NOW)
    newer = make_version(publication=publication, text=CANARY, published_at=None)
    assert finders(cast) == LEADING
    assert finders(cast, "yesterday") == ALL - LEADING

    newer.published_at = NOW
    newer.save(update_fields=["published_at"])
    assert finders(cast) == ALL

    publication.versions.update(published_at=None)
    assert finders(cast) == LEADING


def test_the_file_of_a_withdrawn_paper_is_found_by_those_who_lead(cast, group):
    publication = make_publication(group=group, visibility="public", title="Kept page")
    make_version(publication=publication, text=CANARY, published_at=NOW)

    publication.state = Publication.State.WITHDRAWN
    publication.save()

    assert finders(cast) == LEADING
    assert finders(cast, "kept page") == ALL


@pytest.mark.parametrize("mode", ["named", "unattributed"])
@pytest.mark.parametrize(("visibility", "expected"), SEEN_BY[1:])
def test_a_thread_and_its_posts_are_found_by_who_may_see_it(cast, group, member, mode, visibility, expected):
    thread = make_thread(group=group, mode=mode, visibility=visibility, title="Any")
    post = make_post(thread=thread, writer=member, text=CANARY)
    assert finders(cast) == expected

    post.text = "Nothing."
    post.save()
    assert finders(cast) == set()
    thread.summary = CANARY
    thread.save()
    assert finders(cast) == expected

    thread.is_hidden, thread.hidden_reason = True, "Why."
    thread.save()
    assert finders(cast) == LEADING


def test_a_thread_that_moves_takes_its_readers_along(cast, group, other_group, member):
    thread = make_thread(group=group, visibility="group", title="Any")
    make_post(thread=thread, writer=member, text=CANARY)
    assert finders(cast) == GROUP

    thread.group = other_group
    thread.save()
    assert finders(cast) == {"coordinator", "other_member"}


@pytest.mark.parametrize("state", ["hidden", "withdrawn", "removed"])
def test_a_post_that_is_gone_leaves_no_word_behind(cast, group, member, state):
    thread = make_thread(group=group, visibility="members")
    post = make_post(thread=thread, writer=member, text=CANARY)
    assert finders(cast) == MEMBERS

    post.state = state
    if post.is_gone:
        post.text = ""
    post.save()
    assert finders(cast) == set()
    assert not SearchEntry.objects.filter(kind="post").exists()


def test_a_post_without_a_name_is_found_by_its_text_and_never_by_its_writer(cast, group, chair):
    chair.name = CANARY
    chair.is_listed = False
    chair.save()
    thread = make_thread(group=group, mode="unattributed", visibility="members", title="Any")
    make_post(thread=thread, writer=chair, text="A view.", attribution="organisation", label=CANARY)

    hits = search.find(read(CANARY), Member.objects.get(email="coordinator@example.org"))

    assert [entry.kind for entry in search.windows(hits, read(CANARY)).values()] == ["member"]


def test_who_is_mentioned_is_not_copied(cast, group, member):
    thread = make_thread(group=group, visibility="members")
    writer = make_member(name="Wanda Writer", group=group)
    make_post(thread=thread, writer=writer, text=f"Ask @{{{member.pk}}} about it")

    [hit] = search.find(read("ask about"), member)
    [entry] = search.windows([hit], read("ask about")).values()
    assert entry.window == "Ask @… about it Wanda Writer"


def test_entries_say_nothing_of_when_they_were_made(group, member):
    """Between two posts whose instant is known, the number of an entry must not tell when another was written."""
    thread = make_thread(group=group, mode="unattributed")
    posts = [make_post(thread=thread, writer=member) for _number in range(30)]

    numbers = [SearchEntry.objects.get(object_id=post.pk.hex).pk for post in posts]

    assert numbers != sorted(numbers)
    assert numbers != sorted(numbers, reverse=True)


FIELDS = {
    Personal.ORGANISATION: lambda person: setattr(person, "organisation", make_organisation(name=CANARY)),
    Personal.POSITION: lambda person: setattr(person, "position", CANARY),
    Personal.ABOUT: lambda person: setattr(person, "about", CANARY),
    Personal.EMAIL: lambda person: setattr(person, "email", f"{CANARY}@example.org"),
}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("way", ["save", "update"])
def test_a_field_is_found_by_who_sees_it(cast, member, field, way):
    setattr(member, field.choice, True)
    FIELDS[field](member)
    member.save()
    assert finders(cast) == MEMBERS

    if way == "save":
        setattr(member, field.choice, False)
        member.save(update_fields=[field.choice])
    else:
        Member.objects.get_queryset().filter(pk=member.pk).update(**{field.choice: False})
    assert finders(cast) == {"coordinator", "member"}


def test_words_of_two_fields_find_together_what_is_seen_together(cast, member):
    member.position, member.about, member.shows_about = "Registrar", CANARY, False
    member.save()

    assert finders(cast, f"registrar mina {CANARY}") == {"coordinator", "member"}
    assert finders(cast, "registrar mina") == MEMBERS
    assert search.find(read("mina"), member)[0].number == 1
    assert len(search.find(read("mina"), member)) == 1


def test_the_telephone_is_found_by_nobody(cast, member):
    member.phone, member.shows_phone = "+49 30 7654321", True
    member.save()

    assert finders(cast, "7654321") == set()


def test_a_person_not_listed_is_found_by_staff_and_themself(cast, member):
    member.name, member.is_listed = CANARY, False
    member.save()

    assert finders(cast) == {"coordinator", "member"}


def test_a_suspended_person_is_found_by_nobody_and_finds_what_strangers_find(cast, coordinator, other_member, group):
    other_member.name = CANARY
    other_member.save()
    assert finders(cast) == MEMBERS

    suspend_member(actor=coordinator, member=other_member)
    assert finders(cast) == set()


def test_who_leaves_a_group_finds_its_things_no_more(cast, coordinator, group, member):
    make_event(group=group, title=CANARY, visibility="group")
    assert finders(cast) == GROUP

    end_membership(actor=coordinator, membership=Membership.objects.get(member=member), now=NOW)
    assert finders(cast) == GROUP - {"member"}


def test_a_new_name_of_an_organisation_is_found_and_the_old_one_no_more(cast, member):
    organisation = make_organisation(name="Old institute")
    save_profile(actor=member, member=member, organisation=organisation.name, topics=[], name=member.name)
    assert finders(cast, "old institute") == MEMBERS

    organisation.name = f"New {CANARY}"
    organisation.save()
    assert finders(cast, "old institute") == set()
    assert finders(cast) == MEMBERS

    organisation.delete()
    assert finders(cast) == set()


def test_narrowing_by_a_hidden_field_finds_nobody(cast, member, group):
    topic = make_topic()
    member.topics.add(topic)
    member.shows_topics = member.shows_groups = False
    member.save()

    def narrowed(reader, **narrowing):
        return len(search.find(read("mina"), reader, search.Narrowing(**narrowing)))

    assert narrowed(cast["observer"], topic=topic.slug) == narrowed(cast["observer"], group=group.slug) == 0
    assert narrowed(cast["coordinator"], topic=topic.slug) == narrowed(cast["coordinator"], group=group.slug) == 1
    assert narrowed(member, topic=topic.slug) == 1


def test_what_cannot_be_seen_neither_counts_nor_pushes_out(monkeypatch, group, member, other_member):
    """The newest of what the reader may see are ranked, however many others are newer."""
    make_event(group=group, title=CANARY, visibility="members", starts_at=NOW)
    for _number in range(3):
        make_event(group=group, title=CANARY, visibility="coordinators")

    sql = search._SQLITE_FIND, search._POSTGRES_FIND
    for name, text in zip(("_SQLITE_FIND", "_POSTGRES_FIND"), sql, strict=True):
        monkeypatch.setattr(search, name, text.replace(f"LIMIT {search.RANKED}", "LIMIT 2"))

    assert len(search.find(read(CANARY), other_member)) == 1
