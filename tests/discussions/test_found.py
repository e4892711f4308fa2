"""Posts are found by who wrote them where that stands above them, and by nobody's name where it is withheld."""

import pytest

from apps.core import indexing, search
from apps.core.models import SearchEntry
from apps.core.searchable import every
from apps.core.searchwords import read
from apps.discussions import actions
from apps.discussions.found import POSTS
from apps.discussions.models import Post
from tests.make import NOW, make_group, make_member, make_post, make_thread

NAME = "Zaqueu Canarinho"


@pytest.fixture
def writer(group):
    return make_member(name=NAME, group=group)


def found(reader, words):
    """The numbers of the posts the reader finds."""
    hits = search.find(read(words), reader, kinds=[POSTS])
    keys = SearchEntry.objects.filter(pk__in=[hit.entry_id for hit in hits]).values_list("object_id", flat=True)
    return sorted(Post.objects.filter(pk__in=list(keys)).values_list("number", flat=True))


def in_step():
    return [line for searchable in every() for line in indexing.differences(searchable)] == []


def test_named_post_is_found_by_its_writer_and_by_writer_and_word(thread, writer, member, other_member):
    actions.write_post(actor=writer, thread=thread, text="On **registers**.", now=NOW)
    make_post(thread=thread, writer=member, text="On registers too.")

    assert found(member, "canarinho") == [1]
    assert found(member, "zaqueu registers") == [1]
    assert found(member, "registers") == [1, 2]
    assert found(other_member, "canarinho") == []
    assert in_step()


def test_writer_who_gave_no_name_is_shown_without_address(client, thread, group, member):
    nameless = make_member("secret.address@example.org", name="", group=group)
    make_post(thread=thread, writer=nameless, text="On registers.")
    client.force_login(member)

    page = client.get("/search/", {"q": "registers"}).text

    assert "registers</mark>" in page
    assert "secret.address" not in page


def test_another_name_takes_the_place_of_the_old_one_at_once(thread, writer, member):
    make_post(thread=thread, writer=writer)
    writer.name = "Zaqueu Pintassilgo"
    writer.save()

    assert (found(member, "canarinho"), found(member, "pintassilgo")) == ([], [1])
    assert in_step()
    writer.delete()
    assert found(member, "pintassilgo") == []
    assert in_step()


def test_post_without_a_name_is_found_by_its_words_alone_until_it_is_lifted(quiet, writer, member):
    first, _second = (
        actions.write_post(actor=writer, thread=quiet, text=f"On registers, {number}.", now=NOW) for number in "12"
    )

    assert (found(member, "canarinho"), found(member, "registers")) == ([], [1, 2])
    assert not SearchEntry.objects.filter(kind="post", text__icontains="canarinho").exists()
    actions.lift_post(actor=writer, post=first)
    assert found(member, "canarinho") == [1]
    actions.delete_post(actor=writer, post=first, now=NOW)
    assert found(member, "canarinho") == []
    assert in_step()


def test_name_is_found_no_further_than_the_post(writer, member, other_member):
    elsewhere = make_thread(group=make_group())
    make_post(thread=elsewhere, writer=writer)

    assert (found(member, "canarinho"), found(other_member, "canarinho")) == ([], [])
