"""A restore over the living database brings back no thread to old readers and no deleted post."""

import pytest

from apps.discussions import actions
from apps.discussions.models import Post, Thread
from tests.carrying import carry_over
from tests.make import NOW, make_post


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"visibility": "coordinators"}, "visible to “Coordinators only” only, as today."),
        ({"is_hidden": True, "hidden_reason": "Off the point."}, "hidden since the backup, stays so."),
        ({"is_locked": True, "lock_reason": "Settled."}, "locked since the backup, stays so."),
    ],
)
def test_thread_taken_from_its_readers_stays_so(thread, change, words):
    said = carry_over(lambda: Thread.objects.update(**change))

    assert {name: getattr(Thread.objects.get(), name) for name in change} == change
    assert said == [f"Thread {thread.pk} “{thread}”: {words}"]


def test_thread_moved_to_another_group_stays_there(thread, coordinator, other_group):
    move = {"actor": coordinator, "thread": thread, "group": other_group, "visibility": "members", "now": NOW}

    said = carry_over(lambda: actions.move_thread(**move))

    assert (Thread.objects.get().group, Thread.objects.get().visibility) == (other_group, "members")
    assert said == [f"Thread {thread.pk} “{thread}”: moved to another group since the backup, stays there."]


def test_thread_opened_to_more_since_the_backup_is_as_in_the_backup(thread):
    said = carry_over(lambda: Thread.objects.update(visibility="members"))

    assert (Thread.objects.get().visibility, said) == ("group", [])


@pytest.mark.parametrize("mode", ["thread", "quiet"])
def test_deleted_and_hidden_posts_do_not_come_back(request, mode, member, chair):
    thread = request.getfixturevalue(mode)
    gone, hidden, kept = (make_post(thread=thread, writer=member, text="zq7") for _each in range(3))

    def change():
        actions.delete_post(actor=member, post=gone, now=NOW)
        actions.hide_post(actor=chair, post=hidden, reason="Rude.")

    said = carry_over(change)

    assert list(Post.objects.order_by("number").values_list("state", "text", "reason")) == [
        ("withdrawn", "", ""),
        ("hidden", "zq7", "Rude."),
        ("shown", "zq7", ""),
    ]
    assert said == ["2 × post: hidden or deleted since the backup, stays so."]
    assert kept.number == 3
