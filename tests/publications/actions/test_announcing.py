"""News of a published paper: to whom it goes, once, and never to who may not see the paper."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.core import mail as mailbox
from django.utils import timezone

from apps.core.refused import Refused
from apps.notifications import holds, ledger
from apps.notifications.announcements import expand_waiting
from apps.notifications.delivery import Courier
from apps.notifications.models import Announcement, Hold, Notification, OutgoingMail
from apps.publications.actions import announce_still, publish_due, set_publishing_time, take_step
from tests.make import NOW, make_member, make_publication, make_topic, make_version

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def area(db):
    return make_topic(slug="area", title="Area")


@pytest.fixture
def paper(group, area):
    publication = make_publication(
        group=group,
        state="cleared",
        visibility="members",
        title="zq7 <title>",
        subtitle="And & what follows",
        abstract="**What** it says.",
        licence="CC-BY-4.0",
        published_on=NOW.date(),
    )
    publication.topics.add(make_topic(slug="finer", parent=area))
    make_version(publication=publication)
    return publication


def publish(actor, paper):
    return take_step(actor=actor, publication=paper, state="published", now=timezone.now())


def publish_again(actor, paper):
    take_step(actor=actor, publication=paper, state="draft", note="A mistake.", now=timezone.now())
    return publish(actor, paper)


def told():
    return set(OutgoingMail.objects.filter(kind="publication_published").values_list("member", flat=True))


def deliver():
    Courier(lambda: NOW + timedelta(minutes=1)).deliver(seconds=20)


@pytest.mark.parametrize(
    ("visibility", "readers"),
    [
        ("public", {"chair", "member", "observer", "other_member"}),
        ("members", {"chair", "member", "observer", "other_member"}),
        ("group", {"chair", "member", "observer"}),
        ("coordinators", {"chair"}),
    ],
)
def test_news_goes_to_those_interested_who_may_see_the_paper(
    coordinator, chair, member, observer, other_member, suspended, group, area, paper, visibility, readers
):
    people = {"chair": chair, "member": member, "observer": observer, "other_member": other_member}
    for person in (coordinator, suspended, *people.values()):
        person.topics.add(area)
    make_member(group=group)  # interested in nothing
    paper.visibility = visibility
    paper.save()

    publish(coordinator, paper)

    assert told() == {people[name].pk for name in readers}
    assert set(Notification.objects.values_list("member", flat=True)) == told()


def test_news_is_of_the_papers_own_topics_and_their_areas(coordinator, member, other_member, chair, paper):
    member.topics.add(paper.topics.get())
    other_member.topics.add(make_topic())
    chair.topics.add(make_topic(parent=paper.topics.get().parent))

    publish(coordinator, paper)

    assert told() == {member.pk}


def test_news_says_what_came_out(coordinator, member, area, paper, mailoutbox):
    member.topics.add(area)
    publish(coordinator, paper)

    deliver()

    [letter] = mailbox.outbox
    html = letter.alternatives[0].content
    assert letter.subject == "New paper: zq7 <title>"
    for part in ("zq7 <title>", "And & what follows", "What it says.", "Discussion paper", "Ada Author"):
        assert part in letter.body
    assert f"http://localhost:8000{paper.get_absolute_url()}" in letter.body
    assert "zq7 &lt;title&gt;" in html
    assert "And &amp; what follows" in html
    assert "List-Unsubscribe" in letter.extra_headers


@pytest.mark.parametrize("change", ["narrow", "withdraw", "suspend", "leave"])
def test_news_is_held_back_from_who_may_not_see_it_any_more(
    coordinator, group, member, area, paper, mailoutbox, change
):
    member.topics.add(area)
    paper.visibility = "group"
    paper.save()
    publish(coordinator, paper)
    if change == "narrow":
        paper.visibility = "coordinators"
        paper.save()
    elif change == "withdraw":
        take_step(actor=coordinator, publication=paper, state="withdrawn", note="Wrong.", now=NOW)
    elif change == "suspend":
        member.become(member.Status.SUSPENDED)
    else:
        member.memberships.update(ended_on=NOW.date())

    deliver()

    assert mailbox.outbox == []
    assert OutgoingMail.objects.get().state in {"suppressed", "cancelled"}
    member = type(member).objects.get(pk=member.pk)
    if change in {"narrow", "leave"}:
        assert not Notification.objects.visible_to(member).exists()


def test_news_goes_once_to_each_however_often_the_paper_comes_and_goes(
    coordinator, member, other_member, area, paper, mailoutbox
):
    member.topics.add(area)
    publish(coordinator, paper)
    take_step(actor=coordinator, publication=paper, state="draft", note="A mistake.", now=NOW)
    other_member.topics.add(area)

    publish(coordinator, paper)
    publish_again(coordinator, paper)

    deliver()
    deliver()
    assert sorted(letter.to for letter in mailbox.outbox) == [["member@example.org"], ["other@example.org"]]


@pytest.mark.parametrize("change", ["nothing", "lost interest", "expired", "waits"])
def test_news_that_had_not_left_when_the_paper_was_taken_back_goes_when_it_is_published_again(
    coordinator, member, area, paper, mailoutbox, change
):
    member.topics.add(area)
    publish(coordinator, paper)
    if change == "expired":
        OutgoingMail.objects.update(expires_at=NOW)
    take_step(actor=coordinator, publication=paper, state="draft", note="Too early.", now=NOW)
    if change != "waits":
        deliver()
        ended = OutgoingMail.objects.values_list("state", "reason").get()
        late, back = ("missed", "too late to be of use"), ("cancelled", "the paper was taken back")
        assert ended == (late if change == "expired" else back)
    if change == "lost interest":
        member.topics.clear()

    publish(coordinator, paper)
    deliver()
    publish_again(coordinator, paper)
    deliver()

    assert [letter.subject for letter in mailoutbox] == (
        [] if change == "lost interest" else ["New paper: zq7 <title>"]
    )
    assert list(ledger.differences(NOW + timedelta(minutes=2))) == []


def test_news_to_many_that_waited_when_the_paper_was_taken_back_goes_to_the_present_audience_once(
    coordinator, area, paper
):
    members = [make_member() for _number in range(203)]
    for person in members[1:]:
        person.topics.add(area)
    publish(coordinator, paper)
    take_step(actor=coordinator, publication=paper, state="draft", note="Too early.", now=NOW)
    members[0].topics.add(area)
    members[1].topics.clear()

    publish(coordinator, paper)
    expand_waiting(timezone.now())

    assert told() == {members[0].pk, *(person.pk for person in members[2:])}


def test_news_to_many_that_is_on_hold_is_announced_once(coordinator, area, paper):
    for person in [make_member() for _number in range(202)]:
        person.topics.add(area)
    publish(coordinator, paper)
    Hold.objects.create(made_at=timezone.now(), reason="restored from a backup")

    publish_again(coordinator, paper)

    assert list(Announcement.objects.values_list("state", flat=True)) == ["waiting"]


def test_news_that_was_set_aside_after_a_restore_is_not_told_by_publishing_again(
    coordinator, member, other_member, area, paper, mailoutbox
):
    member.topics.add(area)
    publish(coordinator, paper)
    Announcement.objects.create(
        kind="publication_published",
        about_type=ContentType.objects.get_for_model(paper),
        about_id=paper.pk,
        occasion="published",
        member_ids=[other_member.pk],
    )
    hold = Hold.objects.create(made_at=timezone.now() + timedelta(seconds=1), reason="restored from a backup")
    take_step(actor=coordinator, publication=paper, state="draft", note="Too early.", now=NOW)
    OutgoingMail.objects.all().cancel("the paper was taken back")
    holds.release_mail(actor=coordinator, hold=hold, sets_aside=True, now=NOW + timedelta(minutes=1))
    other_member.topics.add(area)

    publish(coordinator, paper)
    deliver()

    assert mailoutbox == []
    assert list(OutgoingMail.objects.values_list("state", "reason")) == [("unclear", holds.SET_ASIDE)]


def test_news_goes_when_the_worker_publishes(coordinator, member, area, paper):
    member.topics.add(area)
    set_publishing_time(actor=coordinator, publication=paper, at=NOW + timedelta(hours=1), now=NOW)
    assert told() == set()

    with time_machine.travel(NOW + timedelta(hours=2)):
        assert [publish_due(paper, timezone.now()), publish_due(paper, timezone.now())] == [True, False]

    assert told() == {member.pk}


def test_news_to_many_is_written_by_the_worker(coordinator, area, paper):
    members = [make_member() for _number in range(201)]
    for person in members:
        person.topics.add(area)

    publish(coordinator, paper)

    assert told() == set()
    announcement = Announcement.objects.get()
    assert (announcement.state, announcement.member_ids) == ("waiting", [person.pk for person in members])


def test_paper_that_is_refused_tells_nobody(coordinator, member, area, paper):
    member.topics.add(area)
    paper.licence = ""
    paper.save()

    with pytest.raises(Exception, match="It has no licence"):
        publish(coordinator, paper)

    assert told() == set()


def test_ledger_finds_news_of_a_paper_that_was_taken_back(coordinator, member, area, paper):
    member.topics.add(area)
    publish(coordinator, paper)
    take_step(actor=coordinator, publication=paper, state="draft", note="A mistake.", now=timezone.now())
    mail = OutgoingMail.objects.get()
    late = timezone.now() + timedelta(minutes=5)
    OutgoingMail.objects.update(state="sent", sent_at=late, written_at=late)

    assert f"mail {mail.pk} (publication_published) was sent after its paper was taken back" in list(
        ledger.differences(NOW + timedelta(hours=1))
    )


def test_secretariat_tells_those_whom_the_news_has_not_reached_once_it_says_so(
    client, coordinator, member, other_member, area, paper
):
    """A wider circle, a further topic or somebody who came later; nobody twice, and nothing by itself."""
    paper.authors.create(name="Ada Author", position=1)
    paper.visibility = "group"
    paper.save()
    for person in (member, other_member):
        person.topics.add(area)
    publish(coordinator, paper)
    assert told() == {member.pk}
    url = f"/admin/publications/publication/{paper.pk}/"
    client.force_login(coordinator)
    assert "Everybody who is interested and may see it was told." in client.get(f"{url}tell/").text
    form = client.get(f"{url}change/").context["adminform"].form
    sent = {name: value for name in form.fields if (value := form[name].value()) not in (None, "")}
    sent |= {"authors-TOTAL_FORMS": 0, "authors-INITIAL_FORMS": 0, "visibility": "members"}

    saved = client.post(f"{url}change/", sent | {"topics": [topic.pk for topic in paper.topics.all()]}, follow=True)

    assert "For some it may be news now" in saved.text
    assert told() == {member.pk}
    assert "1 person gets it." in client.get(f"{url}tell/").text
    client.post(f"{url}tell/")
    client.post(f"{url}tell/")
    assert told() == {member.pk, other_member.pk}
    assert OutgoingMail.objects.filter(kind="publication_published").count() == 2


def test_nobody_but_the_secretariat_tells_further_members(coordinator, chair, other_member, area, paper):
    other_member.topics.add(area)
    with pytest.raises(Refused, match="not published now"):
        announce_still(actor=coordinator, publication=paper, now=NOW)
    publish(coordinator, paper)

    with pytest.raises(Refused, match="may not take this step"):
        announce_still(actor=chair, publication=paper, now=NOW)
