"""A restore over the living database brings no name back, and no comment that its writer took back."""

import pytest

from apps.publications import carriedcomments
from apps.publications.models import Comment
from tests.carrying import carry_over
from tests.make import make_circulation, make_comment, make_member

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
