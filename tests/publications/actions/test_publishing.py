"""Publishing at a set time: once, and only what lacks nothing then."""

from datetime import timedelta

import pytest

from apps.core.refused import Refused
from apps.publications.actions import set_publishing_time, take_step
from apps.publications.models import Step
from apps.publications.tasks import publish_what_is_due
from tests.make import NOW, make_publication, make_version

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def paper():
    paper = make_publication(state="cleared", licence="CC-BY-4.0")
    make_version(publication=paper)
    return paper


def test_publication_comes_out_at_its_time_once(coordinator, paper):
    set_publishing_time(actor=coordinator, publication=paper, at=LATER, now=NOW)

    publish_what_is_due(LATER - timedelta(seconds=1))
    paper.refresh_from_db()
    assert paper.state == "cleared"

    publish_what_is_due(LATER)
    publish_what_is_due(LATER)

    paper.refresh_from_db()
    assert (paper.state, paper.published_at, paper.publish_at, paper.publish_fault) == ("published", LATER, None, "")
    assert [(step.state, step.by) for step in Step.objects.all()] == [("published", None)]


def test_what_is_missing_at_the_time_stops_it_and_is_kept_for_the_desk(coordinator, paper):
    set_publishing_time(actor=coordinator, publication=paper, at=LATER, now=NOW)
    paper.authors.all().delete()

    publish_what_is_due(LATER)
    publish_what_is_due(LATER)

    paper.refresh_from_db()
    assert (paper.state, paper.publish_at, paper.publish_fault) == ("cleared", None, "It has no author.")


def test_time_taken_back_or_another_step_means_it_does_not_come_out(coordinator, paper):
    set_publishing_time(actor=coordinator, publication=paper, at=LATER, now=NOW)
    set_publishing_time(actor=coordinator, publication=paper, at=None, now=NOW)
    publish_what_is_due(LATER)
    paper.refresh_from_db()
    assert paper.state == "cleared"

    set_publishing_time(actor=coordinator, publication=paper, at=LATER, now=NOW)
    take_step(actor=coordinator, publication=paper, state="draft", now=NOW)
    publish_what_is_due(LATER)
    paper.refresh_from_db()
    assert (paper.state, paper.publish_fault) == ("draft", "")


def test_time_is_refused_where_it_makes_no_sense(coordinator, chair, paper):
    lacking = make_publication(state="draft")
    resolving = make_publication(state="resolving")

    def refused(publication, actor=coordinator, at=LATER):
        with pytest.raises(Refused) as refusal:
            set_publishing_time(actor=actor, publication=publication, at=at, now=NOW)
        return str(refusal.value)

    assert refused(paper, at=NOW).startswith("This time has passed.")
    assert refused(lacking) == "It has no file. It has no licence."
    assert "comments being resolved" in refused(resolving)
    assert refused(paper, actor=chair) == "You may not take this step."
    paper.refresh_from_db()
    assert paper.publish_at is None
