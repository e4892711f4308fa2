"""A restore over the living database brings back no name, no comment, no reader and no paper that was taken away."""

from datetime import timedelta

import pytest
from django.core import mail as mailbox
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.notifications import announcements, ledger
from apps.notifications.delivery import Courier
from apps.notifications.models import OutgoingMail, Reminder
from apps.publications import actions, carriedcomments
from apps.publications.calendarentries import deadline_entries
from apps.publications.deadline import ANYWHERE, Deadline
from apps.publications.ledger.told import differences
from apps.publications.models import Author, Circulation, Comment, Consultee, HarvestRecord, Publication
from apps.publications.oai.records import shown
from apps.publications.planning import plan_chases
from tests.carrying import carry_over, update
from tests.make import (
    NOW,
    make_circulation,
    make_comment,
    make_consultee,
    make_group,
    make_member,
    make_pdf,
    make_publication,
    make_topic,
    make_version,
)

pytestmark = pytest.mark.django_db


def test_label_widened_since_the_backup_stays_wide_and_a_narrower_one_of_the_backup_is_not_narrowed():
    circulation, writer = make_circulation(), make_member(name="Wanda")
    named = make_comment(circulation=circulation, writer=writer, attribution="name")
    silent = make_comment(circulation=circulation, writer=writer)

    said = carry_over(lambda: Comment.objects.filter(pk=named.pk).update(attribution="none", label="", author=None))

    named.refresh_from_db()
    silent.refresh_from_db()
    assert (named.attribution, named.label, named.author) == ("none", "", None)
    assert (silent.attribution, silent.is_of(writer)) == ("none", True)
    assert "1 × comment: shows less of the writer since the backup, stays so." in said


def test_comment_taken_back_since_the_backup_stays_away():
    circulation, writer = make_circulation(), make_member()
    gone, stays = (make_comment(circulation=circulation, writer=writer) for _number in range(2))

    said = carry_over(lambda: Comment.objects.filter(pk=gone.pk).delete())

    assert [comment.pk for comment in Comment.objects.all()] == [stays.pk]
    assert "1 × comment: taken back by the writer since the backup, stays away." in said


def test_what_is_carried_names_nobody():
    writer = make_member(name="zq7-writer")
    make_comment(circulation=make_circulation(), writer=writer, attribution="stakeholder_group", label="ngo")

    [record] = list(carriedcomments.collect(None))

    assert set(record) == {"pk", "attribution", "label"}
    assert record["label"] == "ngo"


@pytest.fixture
def coordinator():
    return make_member("staff@example.org", is_staff=True)


def test_consultee_taken_off_since_the_backup_stays_off_and_is_named(coordinator):
    circulation = make_circulation()
    off, stays = (make_consultee(circulation=circulation) for _number in range(2))

    said = carry_over(lambda: actions.remove_consultee(actor=coordinator, consultee=off, now=NOW))

    assert list(circulation.consultees.live()) == [stays]
    assert Circulation.objects.visible_to(off.member).count() == 0
    assert f"Member {off.member_id}: taken off the circulation “{circulation}” since the backup, stays so." in said


@pytest.mark.parametrize("thing", ["group", "topic"])
def test_who_was_asked_by_hand_and_since_the_backup_through_a_group_or_topic_loses_access_with_it(group, thing):
    circulation = make_circulation()
    consultee = make_consultee(circulation=circulation)
    further = make_topic()
    consultee.other_topics.add(further)
    consultee.member.topics.add(further)
    through = group if thing == "group" else make_topic()

    said = carry_over(update(consultee, **{f"via_{thing}": through}))

    consultee.refresh_from_db()
    assert getattr(consultee, f"via_{thing}") == through
    assert not Circulation.objects.visible_to(consultee.member).exists()
    assert said == [
        f"Member {consultee.member_id}: asked in the circulation “{circulation}” through “{through}” alone, as today."
    ]


def test_who_is_asked_through_several_groups_still_is_after_a_restore(group):
    consultee = make_consultee(circulation=make_circulation(), member=make_member(group=group), via_group=make_group())
    consultee.other_groups.add(group)

    said = carry_over(update(consultee, answered_on=NOW.date()))

    assert list(Consultee.objects.live()) == [consultee]
    assert said == []


def test_reviewer_who_is_asked_as_a_reader_since_the_backup_owes_no_answer():
    circulation = make_circulation()
    reviewer, reader = (make_consultee(circulation=circulation, is_reviewer=True) for _number in range(2))

    said = carry_over(update(reader, is_reviewer=False))

    assert list(circulation.consultees.live().owing()) == [reviewer]
    assert said == [f"Member {reader.member_id}: asked in the circulation “{circulation}” as a reader, as today."]


def test_who_was_asked_again_since_the_backup_is_still_asked(coordinator):
    consultee = make_consultee(circulation=make_circulation())

    said = carry_over(update(consultee, added_at=NOW))

    assert list(Consultee.objects.live()) == [consultee]
    assert said == []


@pytest.mark.parametrize("earlier", [False, True])
def test_circulation_cancelled_since_the_backup_stays_cancelled_and_its_paper_where_it_went(coordinator, earlier):
    paper = make_publication(state="circulating")
    if earlier:
        make_circulation(publication=paper, state="closed")
    circulation = make_circulation(publication=paper, opened_by=coordinator)
    plan_chases(circulation, NOW)
    reader = make_consultee(circulation=circulation).member
    why = {"reason": "Too early.", "now": NOW}

    said = carry_over(lambda: actions.cancel_circulation(actor=coordinator, circulation=circulation, **why))

    circulation.refresh_from_db()
    paper.refresh_from_db()
    assert (circulation.state, circulation.cancel_reason) == ("cancelled", "Too early.")
    assert paper.state == ("resolving" if earlier else "draft")
    assert not Circulation.objects.visible_to(reader).exists()
    assert not Reminder.objects.about(circulation).filter(state=Reminder.State.SCHEDULED).exists()
    assert f"Circulation {circulation.pk} “{circulation}”: cancelled since the backup, stays so." in said
    assert list(differences(timezone.now())) == []


def test_circulation_closed_early_since_the_backup_stays_closed_and_nobody_hears_of_its_end_again(coordinator):
    paper = make_publication(state="circulating")
    circulation = make_circulation(publication=paper, opened_by=coordinator)
    plan_chases(circulation, NOW)
    reader = make_consultee(circulation=circulation).member
    make_comment(circulation=circulation, writer=reader)

    def close():
        actions.close_circulation(actor=coordinator, circulation=circulation, now=NOW)
        actions.summarise(circulation, NOW + timedelta(days=1))

    said = carry_over(close)

    circulation.refresh_from_db()
    circulation.publication.refresh_from_db()
    assert (circulation.state, circulation.closed_at) == ("closed", NOW)
    assert circulation.summarised_at == NOW + timedelta(days=1)
    assert circulation.publication.state == "resolving"
    assert not Reminder.objects.about(circulation).filter(state=Reminder.State.SCHEDULED).exists()
    assert f"Circulation {circulation.pk} “{circulation}”: closed since the backup, stays so." in said
    assert list(differences(timezone.now())) == []
    assert list(Circulation.objects.visible_to(reader)) == [circulation]


def deliver():
    """Send what is due, announcements too, and return to whom it went."""
    mailbox.outbox.clear()
    announcements.expand_waiting(timezone.now())
    Courier(timezone.now).deliver(seconds=20)
    return sorted(message.to[0] for message in mailbox.outbox)


def mark_sent(kind, address):
    mails = OutgoingMail.objects.filter(kind=kind, member__email=address)
    assert mails.update(state="sent", sent_at=timezone.now(), sent_to=address) == 1


@pytest.fixture
def opened(frozen, group, coordinator):
    """Its two readers have got the request."""
    paper = make_publication(group=group, state="draft")
    make_version(publication=paper)
    circulation = make_circulation(publication=paper, state="prepared")
    readers = [make_member(f"{name}@example.org") for name in ("ann", "bob")]
    circulation.people.add(*readers)
    ids = [reader.pk for reader in readers]
    actions.open_circulation(actor=coordinator, circulation=circulation, member_ids=ids, once="a", now=NOW)
    assert deliver() == ["ann@example.org", "bob@example.org"]
    return circulation


@pytest.mark.parametrize("reached", [["ann@example.org"], ["ann@example.org", "bob@example.org"]])
def test_cancellation_that_had_left_for_some_since_the_backup_goes_to_the_others_alone(opened, coordinator, reached):
    def cancel():
        actions.cancel_circulation(actor=coordinator, circulation=opened, reason="Too early.", now=timezone.now())
        for address in reached:
            mark_sent("circulation_cancelled", address)

    carry_over(cancel)

    assert sorted([*reached, *deliver()]) == ["ann@example.org", "bob@example.org"]
    assert list(ledger.differences(timezone.now())) == []


def test_cancellation_to_so_many_that_it_was_still_waiting_is_told_to_all(opened, coordinator, monkeypatch):
    def cancel():
        monkeypatch.setattr(announcements, "AT_ONCE", 1)
        actions.cancel_circulation(actor=coordinator, circulation=opened, reason="Too early.", now=timezone.now())
        assert not OutgoingMail.objects.filter(kind="circulation_cancelled").exists()

    carry_over(cancel)

    assert deliver() == ["ann@example.org", "bob@example.org"]
    assert list(ledger.differences(timezone.now())) == []


@pytest.mark.parametrize("has_left", [False, True])
def test_summary_of_the_end_goes_out_after_the_restore_unless_it_had_left(opened, coordinator, has_left):
    def close():
        actions.close_circulation(actor=coordinator, circulation=opened, now=timezone.now())
        actions.summarise(opened, timezone.now())
        if has_left:
            mark_sent("circulation_summary", coordinator.email)

    carry_over(close)

    assert deliver() == ([] if has_left else [coordinator.email])
    assert list(ledger.differences(timezone.now())) == []


def test_circulation_that_is_open_again_since_the_backup_was_closed_stays_open(coordinator):
    circulation = make_circulation(publication=make_publication(state="circulating"))

    def close_and_open_again():
        actions.close_circulation(actor=coordinator, circulation=circulation, now=NOW)
        later = Deadline(circulation.deadline_on + timedelta(days=1), None, ANYWHERE)
        actions.extend_deadline(actor=coordinator, circulation=circulation, deadline=later, once="a", now=NOW)

    said = carry_over(close_and_open_again)

    circulation.refresh_from_db()
    assert (circulation.state, said) == ("open", [])


def test_number_of_a_deadline_in_calendars_counts_on_from_what_was_handed_out_since_the_backup():
    circulations = [make_circulation() for _number in range(3)]
    reader = make_member()
    for circulation in circulations:
        make_consultee(circulation=circulation, member=reader)
    long_ago, since = timezone.now() - timedelta(days=9), timezone.now() - timedelta(days=1)
    Circulation.objects.update(updated_at=long_ago)
    Consultee.objects.update(updated_at=long_ago)

    def change():
        Circulation.objects.filter(pk=circulations[0].pk).update(updated_at=since)
        Consultee.objects.filter(circulation=circulations[1].pk).update(updated_at=since)
        told.update(sequences(reader))

    told, before = {}, sequences(reader)
    carry_over(change)

    after = sequences(reader)
    first, second, third = (f"circulation-{circulation.code}" for circulation in circulations)
    assert (after[first] > told[first], after[second] > told[second], after[third]) == (True, True, before[third])


def sequences(reader):
    return {entry.uid.partition("@")[0]: entry.sequence for entry in deadline_entries(reader, NOW)}


def test_paper_withdrawn_since_the_backup_stays_withdrawn_with_its_reason():
    paper = make_publication(state="published", visibility="public")
    HarvestRecord.settle(paper, NOW)

    said = carry_over(update(paper, state="withdrawn", withdrawn_reason="Wrong table."))

    paper.refresh_from_db()
    assert (paper.state, paper.withdrawn_reason) == ("withdrawn", "Wrong table.")
    assert list(paper.steps.values_list("state", "note")) == [("withdrawn", "Wrong table.")]
    assert HarvestRecord.objects.get().is_deleted
    assert f"Publication {paper.pk} “{paper}”: withdrawn since the backup, stays so." in said


@pytest.mark.parametrize("state", ["idea", "draft", "cleared"])
def test_paper_that_is_not_out_any_more_since_the_backup_is_a_draft_and_no_version_of_it_is_open(state):
    paper = make_publication(state="published", visibility="public")
    make_version(publication=paper, published_at=NOW)

    said = carry_over(update(paper, state=state))

    paper.refresh_from_db()
    assert (paper.state, paper.versions.get().published_at) == ("draft", None)
    assert f"Publication {paper.pk} “{paper}”: taken back to draft since the backup, stays so." in said


def test_paper_made_less_visible_since_the_backup_stays_so():
    paper = make_publication(state="published", visibility="public")

    said = carry_over(update(paper, visibility="group"))

    paper.refresh_from_db()
    assert paper.visibility == "group"
    assert any(f"Publication {paper.pk} “{paper}”: visible to" in sentence for sentence in said)


@pytest.mark.parametrize("fields", [{"visibility": "group"}, {"visibility": "coordinators"}, {"state": "draft"}])
def test_paper_moved_to_another_group_since_the_backup_stays_with_it(group, other_group, member, chair, fields):
    paper = make_publication(group=group, **fields)

    said = carry_over(update(paper, group=other_group))

    paper.refresh_from_db()
    assert paper.group == other_group
    assert [who.has_perm("publications.view_publication", paper) for who in (member, chair)] == [False, False]
    assert said == [f"Publication {paper.pk} “{paper}”: moved to another group since the backup, stays there."]


@pytest.fixture
def public(frozen, coordinator):
    """A paper open to all, with one file."""
    paper = make_publication(state="published", visibility="public", licence="CC-BY-4.0")
    make_version(publication=paper)
    return paper


def add_file(paper, coordinator, **choices):
    upload = SimpleUploadedFile("second.pdf", make_pdf(pages=2))
    return actions.add_version(actor=coordinator, publication=paper, upload=upload, now=NOW, **choices)


def open_files(paper, reader=None):
    return list(paper.versions.visible_to(reader).order_by("number").values_list("number", flat=True))


@pytest.mark.parametrize("is_taken_back", [False, True])
def test_file_closed_to_readers_since_the_backup_stays_closed_and_its_paper_is_a_draft(
    public, coordinator, is_taken_back
):
    step = {"actor": coordinator, "publication": public, "now": NOW}

    def replace():
        if is_taken_back:
            actions.take_step(**step, state="draft", note="Wrong table.")
        add_file(public, coordinator)
        if is_taken_back:
            actions.take_step(**step, state="published")

    said = carry_over(replace)

    public.refresh_from_db()
    assert (public.state, open_files(public)) == ("draft", [])
    assert open_files(public, coordinator) == [1]
    assert list(public.steps.values_list("state", flat=True)) == ["draft"]
    assert said == [
        f"Publication {public.pk} “{public}”: file 1 closed to readers since the backup, stays so.",
        f"Publication {public.pk} “{public}”: no file that readers may open is in the backup, is a draft. Please look.",
    ]


def test_paper_of_which_another_file_is_open_stays_published(public, coordinator):
    add_file(public, coordinator, keeps_earlier=True)

    said = carry_over(update(public.versions.get(number=1), published_at=None))

    public.refresh_from_db()
    assert (public.state, open_files(public)) == ("published", [2])
    assert said == [f"Publication {public.pk} “{public}”: file 1 closed to readers since the backup, stays so."]


def test_file_kept_for_readers_beside_a_newer_one_stays_open(public, coordinator):
    said = carry_over(lambda: add_file(public, coordinator, keeps_earlier=True))

    public.refresh_from_db()
    assert (public.state, open_files(public), said) == ("published", [1], [])


def test_file_of_a_withdrawn_paper_closed_since_the_backup_is_not_open_if_it_is_published_again(public, coordinator):
    add_file(public, coordinator, keeps_earlier=True)
    Publication.objects.update(state="withdrawn", withdrawn_reason="Wrong table.")

    carry_over(update(public.versions.get(number=1), published_at=None))
    public.refresh_from_db()
    actions.take_step(actor=coordinator, publication=public, state="published", now=NOW)

    assert open_files(public) == [2]


@pytest.mark.parametrize("state", ["cleared", "published"])
def test_paper_with_a_newer_file_since_the_backup_does_not_come_out_by_itself_with_the_old_one(coordinator, state):
    paper = make_publication(state="cleared", publish_at=NOW + timedelta(days=2), published_on=NOW.date())
    make_version(publication=paper)

    def go_on():
        add_file(paper, coordinator)
        if state == "published":
            update(paper, state=state, publish_at=None)()

    said = carry_over(go_on)

    paper.refresh_from_db()
    assert (paper.state, paper.publish_at) == ("cleared", None)
    assert said == [
        f"Publication {paper.pk} “{paper}”: not to be published by itself, the newest file is not in the backup."
    ]


@pytest.mark.parametrize("state", ["published", "draft"])
def test_paper_deleted_since_the_backup_is_before_no_reader_and_is_named(state):
    paper = make_publication(state=state, visibility="public")
    Publication.objects.filter(pk=paper.pk).update(publish_at=NOW)

    said = carry_over(lambda: Publication.objects.filter(pk=paper.pk).delete())

    paper.refresh_from_db()
    assert (paper.state, paper.publish_at) == ("draft", None)
    assert f"Publication {paper.pk} “{paper}”: deleted since the backup, is there again, as a draft." in said


@pytest.mark.parametrize(
    ("today", "kept"),
    [
        ({"publish_at": None}, None),
        ({"publish_at": NOW + timedelta(days=9)}, NOW + timedelta(days=9)),
        ({"publish_at": None, "state": "published"}, NOW + timedelta(days=2)),
    ],
)
def test_time_of_publishing_that_was_taken_away_or_moved_does_not_come_back(today, kept):
    paper = make_publication(state="cleared", publish_at=NOW + timedelta(days=2), published_on=NOW.date())

    said = carry_over(update(paper, **today))

    paper.refresh_from_db()
    assert paper.publish_at == kept
    assert len([sentence for sentence in said if "to be published" in sentence]) == ("state" not in today)


def test_who_is_no_author_any_more_since_the_backup_sees_no_draft_of_it():
    paper, gone, stays = make_publication(state="draft", authors=()), make_member(), make_member()
    for position, member in enumerate((gone, stays), start=1):
        Author.objects.create(publication=paper, position=position, member=member, name=f"Author {position}")

    said = carry_over(lambda: Author.objects.filter(member=gone).delete())

    assert list(paper.authors.order_by("position").values_list("member", "name")) == [
        (None, "Author 1"),
        (stays.pk, "Author 2"),
    ]
    assert not Publication.objects.visible_to(gone).exists()
    assert (
        f"Publication {paper.pk} “{paper}”: member {gone.pk} is not its author any more since the backup, stays so."
        in said
    )


def test_paper_first_open_to_all_since_the_backup_leaves_a_deleted_record():
    draft = make_publication(state="draft", visibility="public", published_on=NOW.date())

    def publish():
        draft.state = "published"
        draft.save()
        make_publication(title="Made since", state="published", visibility="public").save()
        told.extend(HarvestRecord.objects.order_by("pk").values_list("identifier", flat=True))

    told = []
    said = carry_over(publish)

    records = list(HarvestRecord.objects.order_by("pk"))
    assert [record.identifier for record in records] == told
    assert [(record.publication, record.is_deleted, shown(record)) for record in records] == [
        (draft, True, None),
        (None, True, None),
    ]
    assert all(timezone.now() - record.changed_at < timedelta(minutes=1) for record in records)
    assert (
        f"Harvested record {told[1]}: first open to all since the backup, harvesters are told that it is gone." in said
    )
    draft.refresh_from_db()
    draft.state = "published"
    draft.save()
    assert HarvestRecord.objects.get(publication=draft).identifier == told[0]


def test_record_that_says_again_what_it_said_at_the_backup_is_dated_anew():
    papers = [make_publication(state="published", visibility="public") for _number in range(2)]
    for paper in papers:
        HarvestRecord.settle(paper, NOW)
    HarvestRecord.objects.update(changed_at=NOW)

    def change():
        papers[0].title = "Another title"
        papers[0].save()

    carry_over(change)

    dated = dict(HarvestRecord.objects.values_list("publication", "changed_at"))
    assert (
        dated[papers[0].pk] > NOW or timezone.now() - dated[papers[0].pk] < timedelta(minutes=1),
        dated[papers[1].pk],
    ) == (True, NOW)
