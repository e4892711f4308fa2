"""``manage.py populate``: bulk data that repeats itself, adds only what is missing, and mails nobody."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.discussions.models import Post, Thread
from apps.events.models import Event, Participation
from apps.members.models import Group, Member, Membership
from apps.notifications import ledger
from apps.notifications.models import OutgoingMail, Reminder
from apps.pages.populate import people
from apps.pages.populate.answers import size_of
from apps.publications.actions import settle_harvest
from apps.publications.models import HarvestRecord, Publication, Version
from tests.make import NOW

PASSWORD = "only for this test"


@pytest.fixture(autouse=True)
def _demo_password(db, settings):
    settings.PORTAL_DEMO, settings.DEMO_PASSWORD = True, PASSWORD


def fill(members=30, events=40, publications=0):
    wanted = {"members": members, "events": events, "publications": publications}
    call_command("populate", *(f"--{name}={number}" for name, number in wanted.items()), verbosity=0)


def rows_of(model, *leave_out):
    names = [field.attname for field in model._meta.concrete_fields if field.attname not in {"id", *leave_out}]
    return list(model.objects.order_by("pk").values(*names))


def everything():
    saved = ("created_at", "updated_at")
    return {
        "members": rows_of(Member, "password", *saved),
        "memberships": rows_of(Membership, *saved),
        "events": rows_of(Event, *saved),
        "participations": rows_of(Participation, "nonce", *saved),
    }


def test_populate_makes_as_many_as_asked_marked_as_synthetic(frozen):
    fill()

    synthetic = Member.objects.filter(email__endswith=people.DOMAIN)
    assert synthetic.count() == 30
    assert not any(member.has_usable_password() for member in synthetic)
    assert not synthetic.exclude(name__contains="synthetic").exists()
    assert Event.objects.filter(is_sample=True, title__contains="synthetic").count() == Event.objects.count() == 40


def test_populate_varies_what_it_makes(frozen):
    fill(members=200, events=300)

    for field in ("state", "visibility", "format", "kind", "group"):
        assert Event.objects.values(field).distinct().count() >= 3, field
    assert set(Participation.objects.values_list("answer", flat=True)) == set(Participation.Answer.values)
    assert Event.objects.past(NOW).exists()
    assert Event.objects.upcoming(NOW).exists()
    assert Participation.objects.waiting().exists()


def test_populate_run_twice_adds_nothing(frozen):
    fill()
    before = everything()

    fill()

    assert everything() == before


def test_populate_in_two_steps_makes_the_same_events_as_in_one(frozen):
    fill(events=15)
    fill(events=40)
    in_two = Event.objects.order_by("slug").values_list("slug", "uid", "title", "starts_at", "state", "visibility")
    in_two = list(in_two)

    Event.objects.all().delete()
    fill(events=40)

    assert len(in_two) == 40
    again = Event.objects.order_by("slug").values_list("slug", "uid", "title", "starts_at", "state", "visibility")
    assert list(again) == in_two


def test_populate_mails_nobody_and_leaves_the_ledger_whole(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as nudges:
        fill(events=120)

    assert not nudges
    assert not OutgoingMail.objects.exists()
    assert not Reminder.objects.exists()
    assert list(ledger.differences(timezone.now())) == []


def test_populate_counts_the_seats_it_gives(frozen):
    fill(events=200)

    for event in Event.objects.all():
        seated = event.participations.attending()
        assert event.seats_taken == seated.filter(mode="in_person").count()
        assert event.online_taken == seated.filter(mode="online").count()


def test_populate_opens_the_demo_logins_on_an_empty_database(client, frozen):
    fill()

    staff, member = (Member.objects.get(email=f"{who}@example.org") for who in ("coordinator", "member"))
    assert staff.is_staff
    assert member.check_password(PASSWORD)
    assert client.login(email=member.email, password=PASSWORD)
    assert Participation.objects.filter(member=member).exists()


def test_populate_without_a_password_makes_no_logins(settings, frozen):
    settings.PORTAL_DEMO, settings.DEMO_PASSWORD = False, ""

    fill()

    assert Member.objects.count() == 30
    assert Group.objects.filter(slug="cmm-wg").exists()


def test_populate_refuses_a_production_portal_without_the_demo(settings):
    settings.IS_PRODUCTION, settings.PORTAL_DEMO = True, False

    with pytest.raises(CommandError, match="production"):
        fill()

    assert not Member.objects.exists()


@pytest.mark.parametrize(
    "option", ["--members=-1", "--events=many", "--events=1.5", "--members=99999999", "--posts=some", "--threads=-1"]
)
def test_populate_refuses_what_makes_no_sense(option):
    with pytest.raises(CommandError, match="argument --"):
        call_command("populate", option)

    assert not Member.objects.exists()


@pytest.mark.parametrize(("number", "size"), [(1, 1), (10, 15), (100, 150), (1000, 150), (1100, 1)])
def test_events_are_of_three_sizes(number, size):
    assert size_of(number) == size


def test_populate_makes_threads_and_posts_in_order_and_tells_nobody(frozen):
    call_command("populate", "--members=30", "--threads=20", "--posts=300", verbosity=0)

    threads = Thread.objects.all()
    assert (threads.count(), Post.objects.count(), OutgoingMail.objects.count()) == (20, 300, 0)
    assert not threads.exclude(title__contains="synthetic").exists()
    longest = threads.order_by("-last_number").first()
    assert longest.last_number == 30
    assert list(longest.posts.order_by("number").values_list("number", flat=True)) == list(range(1, 31))
    quiet = Post.objects.filter(thread__mode="unattributed")
    assert (quiet.exists(), quiet.filter(author=None, posted_at=None).count()) == (True, quiet.count())
    assert not Thread.objects.to_tell().exists()
    assert list(ledger.differences(timezone.now())) == []


def test_populate_adds_only_the_posts_that_are_missing(frozen):
    call_command("populate", "--members=10", "--threads=5", "--posts=40", verbosity=0)
    call_command("populate", "--members=10", "--threads=5", "--posts=60", verbosity=0)
    call_command("populate", "--members=10", "--threads=5", "--posts=60", verbosity=0)

    assert Post.objects.count() == 60
    assert sum(Thread.objects.values_list("last_number", flat=True)) == 60


def papers():
    """Everything of the synthetic publications that stays the same from run to run."""
    rows = Publication.objects.filter(slug__startswith="synthetic-paper-").order_by("slug")
    return [
        (
            paper.slug,
            paper.title,
            paper.state,
            paper.visibility,
            paper.published_on,
            paper.byline,
            [author.name for author in paper.authors.order_by("position")],
            sorted(paper.topics.values_list("slug", flat=True)),
            [version.sha256 for version in paper.versions.all()],
        )
        for paper in rows
    ]


def test_populate_makes_papers_as_saving_them_would(frozen):
    fill(events=0, publications=60)

    made = Publication.objects.filter(is_sample=True, title__contains="synthetic")
    assert made.count() == Publication.objects.count() == 60
    for field in ("state", "visibility", "kind", "language", "day_is_known"):
        assert made.values(field).distinct().count() >= 2, field
    for paper in made:
        assert paper.byline == ", ".join(author.name for author in paper.authors.order_by("position"))
    assert {version.file.name for version in Version.objects.all()} == {"publications/synthetic.pdf"}
    assert Version.objects.filter(published_at=None).count() == made.drafts().count()
    # Harvesters are told, and nothing is left to be settled, read or mailed.
    assert HarvestRecord.objects.count() == Publication.objects.open_to_all().count() > 0
    assert settle_harvest(NOW) == 0
    assert not Version.objects.filter(reading="waiting").exists()
    assert not OutgoingMail.objects.exists()
    assert list(ledger.differences(NOW)) == []


def test_populate_hands_out_the_file_all_papers_share(client, frozen):
    fill(events=0, publications=20)
    paper = Publication.objects.open_to_all().first()

    response = client.get(f"{paper.get_absolute_url()}file/")

    assert response.getvalue().startswith(b"%PDF-")


def test_populate_makes_the_same_papers_in_two_steps_as_in_one(frozen):
    fill(events=0, publications=10)
    fill(events=0, publications=25)
    in_two = papers()
    Version.objects.all().delete()
    Publication.objects.all().delete()

    fill(events=0, publications=25)
    fill(events=0, publications=25)

    assert len(in_two) == 25
    assert papers() == in_two
