"""What was hidden when its turn came and is shown again: its readers are told then, each once."""

from datetime import timedelta

import pytest
from django.core import mail as mailbox

from apps.discussions import actions
from apps.discussions.ledger import differences
from apps.discussions.models import Thread
from apps.discussions.telling import SETTLES_IN
from apps.notifications import holds
from apps.notifications.delivery import Courier
from apps.notifications.models import Hold, OutgoingMail, Reminder
from apps.notifications.reminders import send_out_due
from tests.make import NOW, make_member, make_post

MINUTE = timedelta(minutes=1)
SLOT = NOW.replace(hour=16)


@pytest.fixture(autouse=True)
def _at_slot(time_machine):
    time_machine.move_to(SLOT, tick=True)


@pytest.fixture
def reader(group):
    return make_member("reader@example.org", group=group)


def look(now):
    """The worker looks now, and when what it found has settled; then it delivers."""
    actions.tell_in_batches(now)
    send_out_due(now + SETTLES_IN)
    deliver(now + SETTLES_IN)


def deliver(now):
    OutgoingMail.objects.unsent().update(due_at=now)
    Courier(lambda: now).deliver(seconds=20)


def told(reader):
    """What stood in the mails to the reader since this was last asked."""
    bodies = [message.body for message in mailbox.outbox if message.to == [reader.email]]
    mailbox.outbox.clear()
    return bodies


def hide(thread, chair, *, is_hidden=True):
    thread.refresh_from_db()
    actions.hide_thread(actor=chair, thread=thread, is_hidden=is_hidden, reason="By mistake." if is_hidden else "")


def hide_post(post, chair):
    return actions.hide_post(actor=chair, post=post, reason="By mistake.", now=SLOT)


def show_post(post, chair):
    return actions.show_post(actor=chair, post=post)


@pytest.fixture
def post(thread, member, reader):
    actions.follow(actor=reader, thing=thread, level="all")
    return actions.write_post(actor=member, thread=thread, text="Its issuer.", now=SLOT)


def test_post_hidden_when_its_turn_came_is_told_when_it_is_shown_again(post, chair, reader):
    hide_post(post, chair)
    look(SLOT + 3 * MINUTE)
    assert told(reader) == []

    show_post(post, chair)
    look(SLOT + 6 * MINUTE)

    assert ["Its issuer." in body for body in told(reader)] == [True]
    hide_post(post, chair)
    show_post(post, chair)
    look(SLOT + 9 * MINUTE)
    assert told(reader) == []
    assert list(differences(SLOT + 60 * MINUTE)) == []


def test_thread_hidden_when_its_turn_came_is_told_when_it_is_shown_again(post, chair, reader):
    hide(post.thread, chair)
    look(SLOT + 3 * MINUTE)
    assert told(reader) == []

    hide(post.thread, chair, is_hidden=False)
    look(SLOT + 6 * MINUTE)

    assert ["Its issuer." in body for body in told(reader)] == [True]


@pytest.mark.parametrize("what", ["post", "thread"])
def test_mail_that_met_a_hidden_thing_on_its_way_goes_when_it_is_shown_again(post, chair, reader, what):
    send_out_due(SLOT + 3 * MINUTE)
    if what == "post":
        hide_post(post, chair)
    else:
        hide(post.thread, chair)
    deliver(SLOT + 4 * MINUTE)
    assert told(reader) == []

    if what == "post":
        show_post(post, chair)
    else:
        hide(post.thread, chair, is_hidden=False)
    deliver(SLOT + 6 * MINUTE)

    assert ["Its issuer." in body for body in told(reader)] == [True]


def test_mail_set_aside_after_a_restore_is_unclear_when_its_thread_is_shown_again(post, chair, reader, coordinator):
    """It may have left between the backup and the restore."""
    send_out_due(SLOT + 3 * MINUTE)
    hide(post.thread, chair)
    deliver(SLOT + 4 * MINUTE)
    hold = Hold.objects.create(made_at=SLOT + 5 * MINUTE, reason="restored from a backup")
    holds.release_mail(actor=coordinator, hold=hold, sets_aside=True, now=SLOT + 6 * MINUTE)

    hide(post.thread, chair, is_hidden=False)
    deliver(SLOT + 7 * MINUTE)

    assert told(reader) == []
    assert OutgoingMail.objects.filter(member=reader).values_list("state", "reason").get() == (
        "unclear",
        holds.SET_ASIDE,
    )


def test_what_is_shown_again_too_late_is_told_to_nobody(post, chair, reader, time_machine):
    hide_post(post, chair)
    look(SLOT + 3 * MINUTE)
    time_machine.move_to(SLOT + timedelta(days=4), tick=True)

    show_post(post, chair)
    look(SLOT + timedelta(days=4, minutes=1))

    assert told(reader) == []
    assert set(Reminder.objects.values_list("state", flat=True)) == {"cancelled"}


def test_thread_without_names_hidden_over_the_fixed_time_is_told_at_the_next_one(quiet, member, chair, reader):
    make_post(thread=quiet, writer=member, text="The price.")
    actions.follow(actor=reader, thing=quiet, level="all")
    hide(quiet, chair)
    look(SLOT)
    hide(quiet, chair, is_hidden=False)
    look(SLOT + 20 * MINUTE)
    assert told(reader) == []

    look(SLOT + timedelta(hours=14))

    assert ["The price." in body for body in told(reader)] == [True]


def test_post_hidden_at_the_fixed_time_is_left_out_and_told_alone_when_it_is_shown_again(quiet, member, chair, reader):
    posts = [make_post(thread=quiet, writer=member, text=text) for text in ("One.", "Two.", "Three.")]
    actions.follow(actor=reader, thing=quiet, level="all")
    hide_post(posts[1], chair)
    look(SLOT)
    at_the_time = told(reader)

    show_post(posts[1], chair)
    look(SLOT + 20 * MINUTE)

    afterwards = told(reader)
    for bodies, expected in ((at_the_time, ["One.", "Three."]), (afterwards, ["Two."])):
        assert [text for body in bodies for text in ("One.", "Two.", "Three.") if text in body] == expected
    look(SLOT + 40 * MINUTE)
    assert told(reader) == []
    assert Thread.objects.get(pk=quiet.pk).told_number == 3


def test_ledger_finds_what_was_shown_again_and_told_to_nobody(post, chair, reader):
    hide_post(post, chair)
    look(SLOT + 3 * MINUTE)
    assert list(differences(SLOT + 60 * MINUTE)) == []

    post.thread.posts.update(state="shown")

    assert list(differences(SLOT + 60 * MINUTE)) == [
        f"discussion {post.thread_id}: nobody was told by discussions.post:1 of what stands"
    ]


def test_post_hidden_while_its_batch_settles_is_told_alone_when_it_is_shown_again(quiet, member, chair, reader):
    posts = [make_post(thread=quiet, writer=member, text=text) for text in ("One.", "Two.", "Three.")]
    actions.follow(actor=reader, thing=quiet, level="all")
    actions.tell_in_batches(SLOT)
    hide_post(posts[1], chair)
    send_out_due(SLOT + SETTLES_IN)
    deliver(SLOT + SETTLES_IN)
    at_the_time = told(reader)

    show_post(posts[1], chair)
    look(SLOT + 20 * MINUTE)

    afterwards = told(reader)
    for bodies, expected in ((at_the_time, ["One.", "Three."]), (afterwards, ["Two."])):
        assert [text for body in bodies for text in ("One.", "Two.", "Three.") if text in body] == expected
    assert list(differences(SLOT + 60 * MINUTE)) == []
