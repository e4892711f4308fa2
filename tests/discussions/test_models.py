"""What the tables refuse to keep, and numbers that stay dense when many write at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from apps.discussions.models import Post, ReadMark, Thread
from tests.make import NOW, make_event, make_group, make_member, make_post, make_publication, make_thread


@pytest.mark.parametrize("field", ["opener", "summary_by", "opened_at"])
def test_unattributed_thread_keeps_nobody_and_no_instant(quiet, member, field):
    setattr(quiet, field, NOW if field == "opened_at" else member)

    with pytest.raises(IntegrityError, match="thread_unattributed_names_nobody"), transaction.atomic():
        quiet.save()


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"attribution": "none", "posted_at": None}, "post_names_only_who_wants_it"),
        ({"attribution": "none", "author": None, "posted_at": NOW}, "post_instant_with_name_only"),
        ({"state": "withdrawn"}, "post_gone_has_no_text"),
        ({"number": 1}, "discussions_post.number|post_number_once"),
    ],
)
def test_post_refuses_what_would_name_or_keep_too_much(thread, member, fields, constraint):
    make_post(thread=thread, writer=member)
    post = make_post(thread=thread, writer=member)
    for name, value in fields.items():
        setattr(post, name, value)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        post.save()


def test_thread_is_about_one_thing_and_never_public(group):
    both = Thread(group=group, event=make_event(), publication=make_publication(), opened_on=NOW, last_posted_at=NOW)
    public = Thread(group=group, visibility="public", opened_on=NOW, last_posted_at=NOW)

    for row, constraint in ((both, "thread_about_one_thing"), (public, "thread_never_public")):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            row.save()


@pytest.mark.parametrize(("before", "after"), [("unattributed", "named"), ("named", "unattributed")])
def test_thread_keeps_the_mode_it_was_opened_with(group, before, after):
    thread = make_thread(group=group, mode=before)

    thread.mode = after
    with pytest.raises(TypeError, match="keeps the mode"):
        thread.save()
    with pytest.raises(TypeError, match="keeps the mode"):
        Thread.objects.filter(pk=thread.pk).update(mode=after)

    assert Thread.objects.get().mode == before


def test_unattributed_thread_keeps_the_day_alone(quiet, thread, member):
    late = datetime.fromisoformat("2027-03-05T22:41:07+00:00")
    posts = [make_post(thread=each, writer=member, now=late) for each in (quiet, thread)]

    quiet.refresh_from_db()
    thread.refresh_from_db()

    assert (quiet.last_posted_at.isoformat(), thread.last_posted_at) == ("2027-03-05T00:00:00+00:00", late)
    assert [(str(post.posted_on), post.posted_at) for post in posts] == [("2027-03-05", None), ("2027-03-05", late)]


def test_own_post_is_found_by_its_writer_alone_and_two_of_one_writer_share_nothing(quiet, member, chair):
    first, second = (make_post(thread=quiet, writer=member) for _each in range(2))

    assert [first.is_of(member), first.is_of(chair), second.is_of(member)] == [True, False, True]
    assert first.owner_mark != second.owner_mark
    assert (first.author_id, second.author_id) == (None, None)


def test_rows_of_an_unattributed_thread_have_random_numbers(group):
    threads = [make_thread(group=group) for _each in range(5)]

    assert max(thread.pk for thread in threads) - min(thread.pk for thread in threads) > 1000
    assert all(10**11 <= thread.pk < 10**12 for thread in threads)


@pytest.mark.django_db(transaction=True)
def test_numbers_are_dense_when_many_write_at_once():
    thread, other = make_thread(group=make_group()), make_thread(group=make_group())
    writer = make_member()

    def write(_each):
        try:
            with transaction.atomic():
                return make_post(thread=Thread.objects.get(pk=thread.pk), writer=writer).number
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        numbers = sorted(pool.map(write, range(24)))

    assert numbers == list(range(1, 25))
    assert list(Post.objects.order_by("number").values_list("number", flat=True)) == numbers
    assert [Thread.objects.get(pk=each.pk).last_number for each in (thread, other)] == [24, 0]


def test_failed_post_leaves_no_gap(thread, member):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_post(thread=thread, writer=member, attribution="none", author=member)

    assert make_post(thread=Thread.objects.get(), writer=member).number == 1


def test_read_mark_only_goes_ahead_and_is_one_row(thread, member, chair):
    for number in (3, 7, 5):
        ReadMark.objects.advance(member=member, thread_id=thread.pk, number=number)
    ReadMark.objects.advance(member=chair, thread_id=thread.pk, number=1)

    assert sorted(ReadMark.objects.values_list("member", "number")) == sorted([(member.pk, 7), (chair.pk, 1)])
