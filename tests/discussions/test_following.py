"""Who is told of a post: by their choices, by what is addressed to them, and never beyond what they may see."""

import re
from datetime import timedelta

import pytest
from django.core import mail as mailbox
from django.db import connection

from apps.discussions import actions, rules
from apps.discussions.following import choices_of, readers_of_post, works_in_group
from apps.discussions.ledger import differences
from apps.discussions.levels import Level
from apps.discussions.models import PostBatch, Subscription, Thread
from apps.members.models import Group, Topic
from apps.notifications.delivery import Courier
from apps.notifications.models import Notification, OutgoingMail, Preference, Reminder
from apps.notifications.preferences import choose_cadence
from apps.notifications.reminders import send_out_due
from tests.budget import queries_of
from tests.make import NOW, make_member, make_post, make_thread

MINUTE = timedelta(minutes=1)


def tell(now):
    """The worker looks, and delivers."""
    actions.tell_in_batches(now)
    send_out_due(now)
    OutgoingMail.objects.unsent().update(due_at=now)
    Courier(lambda: now).deliver(seconds=20)


def told():
    """Who got a mail about which posts, since this was last asked."""
    mails = [(message.to[0], message.subject) for message in mailbox.outbox]
    mailbox.outbox.clear()
    return sorted(mails)


def write(writer, thread, text, now=NOW):
    return actions.write_post(
        actor=writer, thread=Thread.objects.select_related("event", "group").get(pk=thread.pk), text=text, now=now
    )


def open_named(writer, group, **fields):
    thread = Thread(**{"title": "Letters", "group": group, **fields})
    return actions.open_thread(actor=writer, thread=thread, text="Who changes a letter?", now=NOW)[0]


def test_opening_is_told_to_the_group_after_two_minutes_and_not_to_its_writer(
    member, chair, observer, other_member, suspended, group
):
    open_named(member, group)

    tell(NOW + MINUTE)
    assert told() == []
    tell(NOW + 3 * MINUTE)

    assert told() == [("chair@example.org", "Letters")]
    tell(NOW + 4 * MINUTE)
    assert told() == []


def test_later_posts_are_told_to_who_follows(member, chair, group):
    silent = make_member("silent@example.org", group=group)
    thread = open_named(member, group)
    tell(NOW + 3 * MINUTE)
    told()

    write(chair, thread, "Its issuer.", NOW + 5 * MINUTE)
    tell(NOW + 8 * MINUTE)

    assert told() == [("member@example.org", "Letters")]
    assert Subscription.objects.filter(member=silent).count() == 0
    assert set(Subscription.objects.values_list("member__email", "level")) == {
        ("member@example.org", "all"),
        ("chair@example.org", "all"),
    }


def test_text_as_edited_within_the_delay_is_what_goes_out(member, chair, group):
    thread = open_named(member, group)
    post = thread.posts.get()
    actions.edit_post(actor=member, post=post, text="Who **may** change a letter?", revision=0, now=NOW + MINUTE)

    tell(NOW + 3 * MINUTE)

    [message] = mailbox.outbox
    html = message.alternatives[0].content
    assert "Who may change a letter?" in message.body
    assert "<strong>may</strong>" in html
    assert "Who changes" not in message.body + html


def test_post_deleted_or_hidden_within_the_delay_is_not_told(member, chair, group):
    thread = open_named(member, group)
    write(member, thread, "Second.", NOW + MINUTE)
    actions.delete_post(actor=member, post=thread.posts.get(number=1), now=NOW + MINUTE)
    actions.hide_post(actor=chair, post=thread.posts.get(number=2), reason="Off the point.", now=NOW)

    tell(NOW + 5 * MINUTE)

    assert told() == []
    assert set(Reminder.objects.values_list("state", flat=True)) == {"cancelled"}


def test_thread_hidden_between_queue_and_sending_is_told_to_nobody_but_who_leads(member, chair, group):
    make_member("reader@example.org", group=group)
    thread = open_named(member, group)
    send_out_due(NOW + 3 * MINUTE)
    actions.hide_thread(actor=chair, thread=thread, is_hidden=True, reason="By mistake.")

    Courier(lambda: NOW + 4 * MINUTE).deliver(seconds=20)

    assert told() == [("chair@example.org", "Letters")]
    assert [mail.reason for mail in OutgoingMail.objects.filter(state="suppressed")] == ["may not see it any more"]


def test_reader_who_left_between_queue_and_sending_gets_nothing(member, other_member, group):
    reader = make_member("reader@example.org", group=group)
    open_named(member, group)
    send_out_due(NOW + 3 * MINUTE)
    reader.memberships.get().end(NOW.date())

    Courier(lambda: NOW + 4 * MINUTE).deliver(seconds=20)

    row = OutgoingMail.objects.get()
    assert (row.state, row.reason) == ("suppressed", "may not see it any more")


@pytest.mark.parametrize(
    ("level", "expected"),
    [("all", ["addressed", "post"]), ("mentions", ["addressed"]), ("mute", []), ("", ["addressed"])],
)
def test_mention_and_later_post_by_level(member, chair, group, level, expected):
    thread = open_named(member, group)
    actions.follow(actor=chair, thing=thread, level=level)
    tell(NOW + 3 * MINUTE)
    OutgoingMail.objects.all().delete()
    write(member, thread, "What says @Chidi Chair?", NOW + 5 * MINUTE)
    write(member, thread, "And then?", NOW + 6 * MINUTE)

    tell(NOW + 10 * MINUTE)

    kinds = OutgoingMail.objects.filter(member=chair).values_list("kind", flat=True)
    assert sorted(kind.removeprefix("thread_") for kind in kinds) == expected
    assert Notification.objects.filter(member=chair).count() == ("addressed" in expected)


@pytest.mark.parametrize(
    "text",
    [
        "> @Chidi Chair, see #2.\n\nI agree.",
        "  > > @Chidi Chair\n\nI agree.",
        "Write it as `@Chidi Chair` or `#2`.",
        "```\n@Chidi Chair #2\n```\nI agree.",
        "See https://example.org/letters/#2 for it.",
    ],
)
def test_what_is_quoted_or_code_addresses_nobody(member, chair, group, text):
    thread = open_named(member, group)
    write(chair, thread, "Its issuer.", NOW + MINUTE)
    actions.follow(actor=chair, thing=thread, level="mentions")
    tell(NOW + 4 * MINUTE)
    told()

    write(member, thread, text, NOW + 5 * MINUTE)
    tell(NOW + 8 * MINUTE)

    assert "chair@example.org" not in [address for address, _subject in told()]
    write(member, thread, f"{text}\n\nDo you, @Chidi Chair?", NOW + 9 * MINUTE)
    tell(NOW + 12 * MINUTE)
    assert "chair@example.org" in [address for address, _subject in told()]


def test_answer_reaches_whose_post_it_answers_once(member, chair, group):
    thread = open_named(member, group)
    tell(NOW + 3 * MINUTE)
    told()

    write(chair, thread, "#1: its issuer, @Mina Member.", NOW + 5 * MINUTE)
    tell(NOW + 8 * MINUTE)

    assert told() == [("member@example.org", "Letters")]
    assert OutgoingMail.objects.get(member=member).kind == "thread_addressed"


def test_who_switched_mentions_off_still_gets_what_they_follow(member, chair, group):
    thread = open_named(member, group)
    tell(NOW + 3 * MINUTE)
    choose_cadence(member=member, kind="thread_addressed", cadence="off")

    write(chair, thread, "#1: its issuer.", NOW + 5 * MINUTE)
    tell(NOW + 8 * MINUTE)

    sent = OutgoingMail.objects.filter(member=member, state="sent")
    assert [mail.kind for mail in sent] == ["thread_post"]


def test_choice_for_topic_and_group_count_below_the_thread(member, chair, group):
    topic = Topic.objects.create(title="Letters", slug="letters")
    finer = Topic.objects.create(title="Changes", slug="changes", parent=topic)
    thread = make_thread(group=group)
    thread.topics.add(finer)
    readers = {name: make_member(f"{name}@example.org", group=group) for name in ("topic", "muted", "both", "plain")}
    actions.follow(actor=readers["topic"], thing=topic, level="all")
    actions.follow(actor=readers["muted"], thing=group, level="mute")
    actions.follow(actor=readers["both"], thing=group, level="all")
    actions.follow(actor=readers["both"], thing=thread, level="mentions")

    def wanting(**more):
        found = readers_of_post(thread, **{"is_first": False, "addressed": (), **more})
        return {person.email.partition("@")[0] for person in found if person.pk in {p.pk for p in readers.values()}}

    everyone = {person.pk for person in readers.values()}
    assert wanting() == {"topic"}
    assert wanting(is_first=True) == {"topic", "plain"}
    assert wanting(addressed=everyone) == {"topic", "both", "plain"}


@pytest.mark.parametrize("is_first", [True, False])
def test_query_and_rule_agree_for_every_choice(group, is_first):
    topic = Topic.objects.create(title="Letters", slug="letters")
    thread = make_thread(group=group)
    thread.topics.add(topic)
    levels = ["", *Level.values]
    for own in levels:
        for by_topic in levels:
            for by_group in levels:
                person = make_member(group=group)
                for thing, level in ((thread, own), (topic, by_topic), (group, by_group)):
                    actions.follow(actor=person, thing=thing, level=level)
    people = list(type(person).objects.filter(memberships__group=group))
    addressed = {person.pk for person in people if person.pk % 2}

    found = {person.pk for person in readers_of_post(thread, is_first=is_first, addressed=addressed)}

    chosen = choices_of(people, thread)
    assert found == {
        person.pk
        for person in people
        if chosen[person.pk].wants(
            is_first=is_first, is_addressed=person.pk in addressed, is_of_group=works_in_group(person, thread)
        )
    }


def test_who_does_not_see_a_thread_or_group_can_not_follow_it(client, other_member, suspended, group):
    thread = make_thread(group=group)

    for person in (other_member, suspended):
        client.force_login(person)
        client.post(f"/discussions/{thread.pk}/follow/", {"level": "all"})

    assert Subscription.objects.count() == 0


def test_follow_form_keeps_and_takes_back_a_choice(client, member, group):
    thread = make_thread(group=group)
    client.force_login(member)

    client.post(f"/discussions/{thread.pk}/follow/", {"level": "mute"})
    assert Subscription.objects.get(member=member).level == "mute"
    page = client.get(f"/discussions/{thread.pk}/").content.decode()
    assert '<option value="mute" selected>' in page
    client.post(f"/discussions/{thread.pk}/follow/", {"level": "every thing"})
    assert Subscription.objects.get(member=member).level == "mute"
    client.post(f"/discussions/{thread.pk}/follow/", {"level": ""})
    assert Subscription.objects.count() == 0


def test_settings_page_shows_own_groups_topics_and_chosen_threads_and_keeps_changes(client, member, group, other_group):
    topic = Topic.objects.create(title="Letters", slug="letters")
    thread, hidden = make_thread(group=group, title="Chosen"), make_thread(group=other_group, title="Not seen")
    Subscription.objects.create(member=member, thread=thread, level="all")
    Subscription.objects.create(member=member, thread=hidden, level="all")
    assert queries_of(client, member, "/settings/discussions/") <= 10
    page = client.get("/settings/discussions/").content.decode()
    client.post(
        "/settings/discussions/",
        {f"group-{group.pk}": "all", f"topic-{topic.pk}": "mute", f"thread-{thread.pk}": ""},
    )

    assert ("Chosen" in page, "Not seen" in page) == (True, False)
    assert set(Subscription.objects.values_list("group", "topic", "thread", "level")) == {
        (group.pk, None, None, "all"),
        (None, topic.pk, None, "mute"),
        (None, None, hidden.pk, "all"),
    }


def test_group_one_sees_can_be_followed_from_outside(client, other_member, group, other_group):
    client.force_login(other_member)
    Group.objects.filter(pk=group.pk).update(visibility="group")
    assert f"group-{group.pk}" not in client.get("/settings/discussions/").text
    Group.objects.filter(pk=group.pk).update(visibility="members", name="AAA: not one's own")
    page = client.get("/settings/discussions/").text
    assert re.findall(r'<select name="group-(\d+)"', page) == [str(other_group.pk), str(group.pk)]

    client.post("/settings/discussions/", {f"group-{group.pk}": "all"})
    assert Subscription.objects.get().group == group
    client.post("/settings/discussions/", {f"group-{group.pk}": ""})

    assert not Subscription.objects.exists()


def test_posts_without_names_go_together_at_fixed_times_to_the_author_too(member, chair, observer, group):
    thread = Thread(title="Doubts", group=group, mode="unattributed")
    at_nine = NOW.replace(hour=9, minute=17)
    tell(at_nine)
    actions.open_thread(actor=member, thread=thread, text="What would stop you?", now=at_nine)
    write(chair, thread, "The price.", at_nine + MINUTE)

    tell(NOW.replace(hour=15, minute=59))
    assert told() == []
    tell(NOW.replace(hour=16, minute=1))
    assert told() == []
    tell(NOW.replace(hour=16, minute=3))

    first = mailbox.outbox[0]
    assert told() == [("chair@example.org", "Doubts"), ("member@example.org", "Doubts")]
    assert "What would stop you?" in first.body
    assert "The price." in first.body
    assert "Chidi" not in first.body.partition("What would")[2]
    assert "09:1" not in first.body + first.alternatives[0].content
    write(member, thread, "And time.", NOW.replace(hour=16, minute=2))
    tell(NOW.replace(hour=16, minute=5))
    assert told() == []
    assert PostBatch.objects.count() == 2


def test_post_without_a_name_written_at_the_fixed_time_can_be_taken_back_as_any_other(member, chair, group):
    """A slip, such as one's own name, does not leave before one has seen what one wrote."""
    thread = make_thread(group=group, mode="unattributed")
    slot = NOW.replace(hour=16, minute=0)
    for text in ("zq7-slip", "zq7-stays"):
        make_post(thread=thread, writer=member, text=text)
    for person in (member, chair):
        actions.follow(actor=person, thing=thread, level="all")
    tell(slot)
    assert told() == []

    slip = thread.posts.get(number=1)
    actions.delete_post(actor=member, post=slip, now=slot + MINUTE)
    tell(slot + 3 * MINUTE)

    assert {message.to[0] for message in mailbox.outbox} == {"chair@example.org", "member@example.org"}
    assert all("zq7-stays" in message.body and "zq7-slip" not in message.body for message in mailbox.outbox)


@pytest.mark.parametrize("away", ["group", "readers"])
def test_thread_that_is_moved_away_and_back_is_told_to_whom_it_had_left(
    member, chair, coordinator, group, other_group, away
):
    thread = make_thread(group=group)
    actions.follow(actor=chair, thing=thread, level="all")
    write(member, thread, "A reply.")
    send_out_due(NOW + 3 * MINUTE)

    def move(to, visibility):
        actions.move_thread(actor=coordinator, thread=thread, group=to, visibility=visibility, now=NOW)

    move(*((other_group, "group") if away == "group" else (group, "coordinators")))
    Courier(lambda: NOW + 4 * MINUTE).deliver(seconds=20)
    assert "chair@example.org" not in dict(told()) or away == "readers"
    mailbox.outbox.clear()
    sent_before = OutgoingMail.objects.filter(state="sent", member=chair).count()
    move(group, "group")
    tell(NOW + 5 * MINUTE)
    tell(NOW + 6 * MINUTE)

    assert sent_before + [address for address, _subject in told()].count("chair@example.org") == 1


def test_writing_without_a_name_follows_nothing_and_leaves_no_row_before_the_fixed_time(member, chair, group):
    thread = make_thread(group=group, mode="unattributed")
    make_post(thread=thread, writer=chair)

    write(member, thread, "Quietly, @Chidi Chair.")

    assert Subscription.objects.count() == 0
    assert Reminder.objects.count() == 0
    assert OutgoingMail.objects.count() == 0


def test_mail_is_a_conversation_and_names_its_rule(member, chair, group):
    thread = open_named(member, group)
    actions.follow(actor=chair, thing=group, level="all")
    tell(NOW + 3 * MINUTE)
    [first] = mailbox.outbox
    mailbox.outbox.clear()
    write(member, thread, "More.", NOW + 5 * MINUTE)

    tell(NOW + 8 * MINUTE)

    [second] = mailbox.outbox
    assert first.subject == second.subject == "Letters"
    assert first.extra_headers["References"] == second.extra_headers["References"]
    assert first.extra_headers["List-Id"].startswith(f"<{thread.pk}.thread.discussions.")
    assert "because you follow the group “Working group”" in second.body
    assert f"/settings/discussions/#group-{group.pk}" in second.body
    assert "List-Unsubscribe" in second.extra_headers
    assert f'href="http://localhost:8000/discussions/{thread.pk}/posts/2/"' in second.alternatives[0].content


def test_ledger_finds_a_lost_mail_and_a_post_nobody_is_to_be_told_of(member, chair, group):
    thread = open_named(member, group)
    tell(NOW + 3 * MINUTE)
    assert list(differences(NOW + 60 * MINUTE)) == []

    OutgoingMail.objects.all().delete()
    make_post(thread=thread, writer=chair)

    assert list(differences(NOW + 60 * MINUTE)) == [
        f"discussion {thread.pk}: nobody is to be told of post 2",
        f"discussion {thread.pk}: not everybody was told by discussions.post:1",
    ]


def levels(member):
    """What the member chose, by thing."""
    rows = Subscription.objects.filter(member=member).order_by("pk").values_list("thread", "topic", "group", "level")
    return [(["thread", "topic", "group"][next(n for n in range(3) if row[n])], row[3]) for row in rows]


def followed_by(chair, thread, rule):
    """Let the chair be told by this rule of a post the member writes."""
    topic = Topic.objects.create(title="Letters", slug="letters")
    thread.topics.add(topic)
    things = {"thread": thread, "topic": topic, "group": thread.group}
    if rule in things:
        actions.follow(actor=chair, thing=things[rule], level="all")


@pytest.mark.parametrize(
    ("rule", "off", "on"),
    [
        ("thread", [("thread", "mute")], [("thread", "all")]),
        ("topic", [], [("topic", "all")]),
        ("group", [("group", "mentions")], [("group", "all")]),
        ("new", [("group", "mentions")], []),
        ("addressed", [("thread", "mute")], []),
    ],
)
def test_one_click_switches_off_just_the_rule_that_caused_the_mail(client, member, chair, group, rule, off, on):
    thread = open_named(member, group)
    if rule != "new":
        tell(NOW + 3 * MINUTE)
        OutgoingMail.objects.all().delete()
        followed_by(chair, thread, rule)
        write(member, thread, "What says @Chidi Chair?" if rule == "addressed" else "More.", NOW + 5 * MINUTE)
    tell(NOW + 8 * MINUTE)
    mail = OutgoingMail.objects.get(member=chair)
    path = f"/unsubscribe/{mail.token}/"
    assert "No more of these mails?" in client.get(path).text

    for _turn in range(2):
        page = client.post(path, {"List-Unsubscribe": "One-Click"}).text
        assert "You get no more of these mails" in page
        assert "Just this is switched off" in page
        assert levels(chair) == off
    assert (Preference.objects.count(), "Letters" in page, "Working group" in page) == (0, False, False)
    assert "You get these mails again" in client.post(path, {"cadence": "at_once"}).text
    assert levels(chair) == on


@pytest.mark.parametrize("is_on", [True, False])
def test_rule_of_a_topic_or_group_that_is_gone_switches_nothing_and_fails_nowhere(member, is_on):
    for rule in ("topic-987654", "group-987654", "new-987654"):
        rules.switch(Subscription.objects.all(), rule, member, is_on=is_on)

    connection.check_constraints()
    assert levels(member) == []


def test_one_click_stops_what_waits_and_leaves_other_threads_alone(client, member, chair, group):
    first, second = open_named(member, group), open_named(member, group, title="Numbers")
    for thread in (first, second):
        actions.follow(actor=chair, thing=thread, level="all")
    tell(NOW + 3 * MINUTE)
    told()
    for thread in (first, second):
        write(member, thread, "More.", NOW + 5 * MINUTE)
    send_out_due(NOW + 8 * MINUTE)

    client.post(f"/unsubscribe/{OutgoingMail.objects.about(first).first().token}/")
    Courier(lambda: NOW + 9 * MINUTE).deliver(seconds=20)

    left = OutgoingMail.objects.filter(occasion__contains="post:2").values_list("about_id", "state", "reason")
    assert set(left) == {(first.pk, "suppressed", "not followed any more"), (second.pk, "sent", "")}


def test_footer_leads_to_the_rule_that_one_click_switches_off(member, chair, group):
    open_named(member, group)

    tell(NOW + 3 * MINUTE)

    [message] = mailbox.outbox
    assert f"/settings/discussions/#group-{group.pk}" in message.body
    assert OutgoingMail.objects.get().rule == f"new-{group.pk}"


def test_one_click_from_a_thread_that_is_gone_switches_the_kind_off(client, member, chair, group):
    thread = open_named(member, group)
    tell(NOW + 3 * MINUTE)
    token = OutgoingMail.objects.get().token
    thread.delete()

    assert client.post(f"/unsubscribe/{token}/").status_code == 200

    assert list(Preference.objects.values_list("member", "kind", "cadence")) == [(chair.pk, "thread_post", "off")]


def edit(post, text, now):
    post.refresh_from_db()
    return actions.edit_post(actor=post.author, post=post, text=text, revision=post.revision, now=now)


def kinds_of(person):
    """What the person was sent, and how many notices they have."""
    sent = OutgoingMail.objects.filter(member=person, state="sent").order_by("pk")
    return list(sent.values_list("kind", flat=True)), Notification.objects.filter(member=person).count()


def test_who_is_mentioned_in_a_later_edit_is_told_though_the_post_was_addressed_to_somebody(member, chair, group):
    olga = make_member("olga@example.org", name="Olga Other", group=group)
    thread = open_named(member, group)
    tell(NOW + 3 * MINUTE)
    post = write(chair, thread, "#1: yes.", NOW + 5 * MINUTE)
    tell(NOW + 8 * MINUTE)
    told()

    edit(post, "#1: yes, @Olga Other.", NOW + 9 * MINUTE)
    tell(NOW + 10 * MINUTE)

    assert told() == [("olga@example.org", "Letters")]
    assert kinds_of(olga) == (["thread_post", "thread_addressed"], 1)
    assert list(differences(NOW + 60 * MINUTE)) == []
    edit(post, "#1: yes, and thanks, @Olga Other.", NOW + 11 * MINUTE)
    tell(NOW + 12 * MINUTE)
    assert told() == []


def test_mention_added_while_its_saying_goes_out_is_told_at_the_next_look(member, chair, group, monkeypatch):
    make_member("olga@example.org", name="Olga Other", group=group)
    thread = open_named(member, group)
    tell(NOW + 3 * MINUTE)
    told()
    post = write(chair, thread, "#1: yes.", NOW + 5 * MINUTE)
    find, edits = Thread.reminder_recipients, ["#1: yes, @Olga Other."]

    def find_and_edit(self, reminder, *asked):
        found = find(self, reminder, *asked)
        if edits and reminder.kind == "thread_addressed":
            edit(post, edits.pop(), NOW + 7 * MINUTE)
        return found

    monkeypatch.setattr(Thread, "reminder_recipients", find_and_edit)
    tell(NOW + 8 * MINUTE)
    assert (told(), edits) == ([("member@example.org", "Letters")], [])
    tell(NOW + 10 * MINUTE)

    assert told() == [("olga@example.org", "Letters")]


def test_who_switched_posts_off_is_told_of_a_mention_added_later(member, chair, group):
    olga = make_member("olga@example.org", name="Olga Other", group=group)
    choose_cadence(member=olga, kind="thread_post", cadence="off")
    thread = open_named(member, group)
    send_out_due(NOW + 3 * MINUTE)
    post = thread.posts.get()

    edit(post, "What says @Olga Other?", NOW + 4 * MINUTE)
    tell(NOW + 5 * MINUTE)

    assert kinds_of(olga) == (["thread_addressed"], 1)
    edit(post, "What says @Chidi Chair?", NOW + 6 * MINUTE)
    tell(NOW + 7 * MINUTE)
    assert kinds_of(chair) == (["thread_post"], 0)


def test_who_switched_posts_off_after_their_mail_gets_no_second_for_a_mention(member, chair, group):
    thread = open_named(member, group)
    tell(NOW + 3 * MINUTE)
    choose_cadence(member=chair, kind="thread_post", cadence="off")

    edit(thread.posts.get(), "What says @Chidi Chair?", NOW + 4 * MINUTE)
    tell(NOW + 5 * MINUTE)

    assert kinds_of(chair) == (["thread_post"], 0)


def test_mention_in_a_new_post_is_told_though_a_lost_one_had_its_number(member, chair, group):
    thread = open_named(member, group)
    tell(NOW + 3 * MINUTE)
    actions.follow(actor=chair, thing=thread, level="all")
    write(member, thread, "Lost with the restore.", NOW + 5 * MINUTE)
    tell(NOW + 8 * MINUTE)
    told()
    thread.posts.filter(number=2).delete()
    Reminder.objects.filter(rule="discussions.post:2").delete()
    Thread.objects.filter(pk=thread.pk).update(last_number=1)

    actions.follow(actor=chair, thing=thread, level="mentions")
    write(member, thread, "What says @Chidi Chair?", NOW + 20 * MINUTE)
    tell(NOW + 23 * MINUTE)

    assert told() == [("chair@example.org", "Letters")]
