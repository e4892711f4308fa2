"""A restore over the living database brings back no thread to old readers, no deleted post, no label that says more."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.discussions import actions
from apps.discussions.models import Attachment, Post, PostReport, Subscription, Thread
from apps.members.permissions import Role
from apps.notifications import holds
from apps.notifications.models import Hold, Reminder
from tests.carrying import carry_over
from tests.make import NOW, make_group, make_member, make_pdf, make_post, make_thread, make_topic


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


def test_thread_moved_to_a_group_the_backup_lacks_is_for_those_who_lead_the_old_one(thread, coordinator, member, chair):
    def change():
        actions.move_thread(actor=coordinator, thread=thread, group=make_group(), visibility="group", now=NOW)

    said = carry_over(change)

    kept = Thread.objects.get()
    assert [reader.has_perm("discussions.view_thread", kept) for reader in (member, chair)] == [False, True]
    assert "to a group that the backup lacks" in said[0]


def test_thread_opened_to_more_since_the_backup_is_as_in_the_backup(thread):
    said = carry_over(lambda: Thread.objects.update(visibility="members"))

    assert (Thread.objects.get().visibility, said) == ("group", [])


@pytest.mark.parametrize("mode", ["thread", "quiet"])
def test_deleted_and_hidden_posts_do_not_come_back(request, mode, member, chair):
    thread = request.getfixturevalue(mode)
    gone, hidden, kept = (make_post(thread=thread, writer=member, text="zq7") for _each in range(3))

    def change():
        actions.delete_post(actor=member, post=gone, now=NOW)
        actions.hide_post(actor=chair, post=hidden, reason="Rude.", now=NOW)

    said = carry_over(change)

    assert list(Post.objects.order_by("number").values_list("state", "text", "reason")) == [
        ("withdrawn", "", ""),
        ("hidden", "zq7", "Rude."),
        ("shown", "zq7", ""),
    ]
    assert said == ["2 × post: hidden or deleted since the backup, stays so."]
    assert kept.number == 3


def test_file_taken_off_a_post_since_the_backup_is_handed_out_to_nobody(thread, member):
    dropped, replaced, kept = (make_post(thread=thread, writer=member) for _each in range(3))
    for post in (dropped, replaced, kept):
        attach(post)

    def change():
        edit = {"actor": member, "text": "Without it.", "revision": 0, "now": NOW}
        actions.edit_post(post=dropped, drops_file=True, **edit)
        actions.edit_post(post=replaced, upload=SimpleUploadedFile("new.pdf", make_pdf(pages=2)), **edit)

    said = carry_over(change)

    assert [each.post for each in Attachment.objects.all()] == [kept]
    assert said == ["2 × file of a post: taken off since the backup, stays so."]


def attach(post):
    file = {"file": f"discussions/{post.number}.pdf", "name": "old.pdf", "format": "pdf", "size": 9, "sha256": "0"}
    return Attachment.objects.create(post=post, **file)


@pytest.mark.parametrize("mode", ["thread", "quiet"])
def test_settled_reports_do_not_wait_again(request, mode, member, observer, chair):
    thread = request.getfixturevalue(mode)
    posts = [make_post(thread=thread, writer=member, text="zq7") for _each in range(3)]
    rude, fine, open_one = (actions.report_post(actor=observer, post=post, reason="Rude.", now=NOW) for post in posts)

    def change():
        actions.hide_post(actor=chair, post=rude.post, reason="Rude.", now=NOW)
        actions.settle_report(actor=chair, report=fine, is_upheld=False, now=NOW)

    said = carry_over(change)

    kept = {report.pk: report for report in PostReport.objects.all()}
    assert [(kept[each.pk].state, kept[each.pk].text) for each in (rude, fine, open_one)] == [
        ("upheld", ""),
        ("dismissed", ""),
        ("open", "zq7"),
    ]
    assert [(kept[each.pk].settled_by, kept[each.pk].settled_on) for each in (rude, fine)] == [(chair, NOW.date())] * 2
    assert said == [
        "2 × report of a post: settled since the backup, stays so.",
        "1 × post: hidden or deleted since the backup, stays so.",
    ]


def test_report_settled_by_somebody_unknown_to_the_backup_is_settled_without_their_name(
    thread, member, observer, group
):
    post = make_post(thread=thread, writer=member)
    actions.report_post(actor=observer, post=post, reason="Rude.", now=NOW)

    def change():
        new = make_member("new@example.org", group=group, role=Role.CHAIR)
        actions.hide_post(actor=new, post=post, reason="Rude.", now=NOW)

    carry_over(change)

    assert [(report.state, report.settled_by) for report in PostReport.objects.all()] == [("upheld", None)]


def test_label_of_a_moved_thread_is_widened_for_its_new_readers_again(quiet, member, coordinator, other_group):
    post = make_post(thread=quiet, writer=member)
    Post.objects.update(attribution="organisation", label="Registry House")
    move = {"actor": coordinator, "thread": quiet, "group": other_group, "visibility": "group", "now": NOW}

    carry_over(lambda: actions.move_thread(**move))

    post.refresh_from_db()
    assert (post.thread.group, post.attribution, post.label) == (other_group, "none", "")


def test_label_widened_since_the_backup_stays_so_though_the_thread_has_come_back(
    quiet, member, coordinator, group, other_group
):
    labelled, _bare, named = (make_post(thread=quiet, writer=member) for _each in range(3))
    Post.objects.filter(pk=labelled.pk).update(attribution="organisation", label="Registry House")
    actions.lift_post(actor=member, post=named)

    def there_and_back():
        for place in (other_group, group):
            actions.move_thread(actor=coordinator, thread=quiet, group=place, visibility="group", now=NOW)

    said = carry_over(there_and_back)

    assert list(quiet.posts.order_by("number").values_list("attribution", "label", "author")) == [
        ("none", "", None),
        ("none", "", None),
        ("name", "", member.pk),
    ]
    assert said == ["1 × post without a name: says less of its writer since the backup, stays so."]


def test_label_that_stands_as_in_the_backup_stays_whatever_fits_today(quiet, member):
    post = make_post(thread=quiet, writer=member)
    Post.objects.update(attribution="organisation", label="Registry House")

    said = carry_over(lambda: actions.delete_post(actor=member, post=make_post(thread=quiet, writer=member), now=NOW))

    post.refresh_from_db()
    assert (post.attribution, post.label, said) == ("organisation", "Registry House", [])


def choices():
    """Who has chosen what, by the name of the thing."""
    rows = Subscription.objects.order_by("pk").select_related("thread", "topic", "group")
    return {(row.member.email, str(row.thread or row.topic or row.group)): row.level for row in rows}


def test_what_readers_chose_to_be_told_of_is_the_newest(thread, quiet, group, member, chair):
    topic = make_topic(title="Registries")
    for thing in (thread, topic, group):
        actions.follow(actor=member, thing=thing, level="all")
    actions.follow(actor=chair, thing=thread, level="all")

    def change():
        actions.follow(actor=member, thing=thread, level="mute")
        actions.follow(actor=member, thing=topic, level="")
        actions.follow(actor=member, thing=quiet, level="mentions")

    said = carry_over(change)

    assert choices() == {
        (member.email, str(thread)): "mute",
        (member.email, str(group)): "all",
        (chair.email, str(thread)): "all",
        (member.email, str(quiet)): "mentions",
    }
    assert said == [
        "3 × choice of what to be told of in the discussions: made since the backup, stays so.",
    ]


def test_choice_of_or_about_what_the_backup_lacks_is_left_out(thread, group, member):
    def change():
        new = make_member("new@example.org", group=group)
        actions.follow(actor=new, thing=thread, level="mute")
        for thing in (make_thread(group=group), make_topic()):
            actions.follow(actor=member, thing=thing, level="mute")

    assert (carry_over(change), choices()) == ([], {})


def test_choices_are_carried_over_at_the_same_cost_however_many(thread, group, member, chair, coordinator):
    def cost(*followers):
        def change():
            for each in followers:
                actions.follow(actor=each, thing=thread, level="all")

        change()
        with CaptureQueriesContext(connection) as queries:
            carry_over(Subscription.objects.all().delete)
        assert choices() == {}
        return len(queries)

    assert cost(member) == cost(member, chair, coordinator)


SLOT = NOW.replace(hour=16, minute=0)


def planned():
    return list(Reminder.objects.order_by("pk").values_list("rule", "state"))


def test_posts_without_names_told_since_the_backup_are_not_told_again(quiet, member):
    for _each in range(3):
        make_post(thread=quiet, writer=member)
    Thread.objects.update(told_number=1)

    def change():
        for _each in range(2):
            make_post(thread=quiet, writer=member)
        actions.tell_in_batches(SLOT)

    carry_over(change)

    assert list(Thread.objects.values_list("last_number", "told_number")) == [(3, 3)]
    make_post(thread=quiet, writer=member)
    actions.tell_in_batches(SLOT)
    assert planned() == [("discussions.batch:4-4", "scheduled")]


def test_posts_told_in_the_backup_stay_told_whatever_was_known_here(quiet, member):
    make_post(thread=quiet, writer=member)
    Thread.objects.update(told_number=1)

    carry_over(lambda: Thread.objects.update(told_number=0))

    assert Thread.objects.get().told_number == 1


@pytest.mark.parametrize(("sets_aside", "rules"), [(True, ["4-4"]), (False, ["2-4"])])
def test_posts_without_names_that_may_have_been_told_are_set_aside_with_the_rest(quiet, member, sets_aside, rules):
    """What was written after the day of the restore is told in any case."""
    for _each in range(3):
        make_post(thread=quiet, writer=member)
    Thread.objects.update(told_number=1)
    restored_at, released_at = SLOT + timedelta(hours=3), SLOT + timedelta(days=1, hours=3)
    hold = Hold.objects.create(made_at=restored_at, reason="restored from a backup")
    make_post(thread=quiet, writer=member, now=SLOT + timedelta(days=1))

    holds.release_mail(actor=None, hold=hold, sets_aside=sets_aside, now=released_at)
    actions.tell_in_batches(released_at)

    assert planned() == [(f"discussions.batch:{rule}", "scheduled") for rule in rules]


def test_posts_that_no_fixed_time_has_passed_since_are_told_though_the_rest_is_set_aside(quiet, member):
    actions.tell_in_batches(SLOT)
    make_post(thread=quiet, writer=member, now=SLOT + timedelta(minutes=10))
    hold = Hold.objects.create(made_at=SLOT + timedelta(hours=3), reason="restored from a backup")

    holds.release_mail(actor=None, hold=hold, sets_aside=True, now=SLOT + timedelta(hours=4))
    actions.tell_in_batches(SLOT + timedelta(days=1))

    assert planned() == [("discussions.batch:1-1", "scheduled")]
