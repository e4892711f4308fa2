"""Bringing what harvesters are told in line with what is there."""

from datetime import timedelta

import pytest

from apps.publications.actions import settle_harvest
from apps.publications.models import HarvestRecord, Publication
from tests.make import NOW, make_publication, make_topic

pytestmark = pytest.mark.usefixtures("frozen")

LATER = NOW + timedelta(hours=1, microseconds=5)


def state():
    return dict(HarvestRecord.objects.values_list("publication", "is_deleted"))


def test_bulk_loaded_papers_get_their_records_once(group):
    Publication.objects.bulk_create(
        [
            Publication(group=group, title=slug, slug=slug, visibility=visibility, state=state, published_on=NOW.date())
            for slug, visibility, state in (
                ("a", "public", "published"),
                ("b", "members", "published"),
                ("c", "public", "draft"),
            )
        ]
    )

    assert [settle_harvest(LATER), settle_harvest(LATER)] == [1, 0]
    record = HarvestRecord.objects.get()
    assert (record.publication.slug, record.changed_at) == ("a", LATER.replace(microsecond=0))


def test_change_of_topics_and_authors_is_found(group):
    papers = [make_publication(group=group, visibility="public") for _number in range(3)]
    settle_harvest(NOW)
    papers[0].topics.add(make_topic(slug="area"))
    papers[1].authors.update(name="Somebody else")

    assert [settle_harvest(LATER), settle_harvest(LATER)] == [2, 0]
    changed = HarvestRecord.objects.filter(changed_at__gt=NOW)
    assert set(changed.values_list("publication", flat=True)) == {papers[0].pk, papers[1].pk}
    assert HarvestRecord.objects.get(publication=papers[0]).sets == " kind:discussion_paper topic:area "


def test_what_went_without_being_saved_is_found(group):
    papers = [make_publication(group=group, visibility="public") for _number in range(4)]
    Publication.objects.filter(pk=papers[0].pk).update(visibility="group")
    Publication.objects.filter(pk=papers[1].pk).update(state="withdrawn")
    papers[2].authors.all().delete()
    Publication.objects.filter(pk=papers[2].pk).delete()

    assert [settle_harvest(LATER), settle_harvest(LATER)] == [4, 0]
    assert state() == {papers[0].pk: True, papers[1].pk: True, None: True, papers[3].pk: False}
