"""A label says no more than the circulation allows and fits at least five of those who may comment."""

import pytest

from apps.members.permissions import Role
from apps.publications import actions
from apps.publications.labels import Label, fitting_labels, label_for, wider_labels
from apps.publications.models import Attribution, Comment
from apps.publications.tasks import tidy
from tests.make import (
    NOW,
    make_circulation,
    make_comment,
    make_consultee,
    make_member,
    make_membership,
    make_organisation,
)

pytestmark = pytest.mark.django_db

NAME, ORGANISATION, GROUP, NONE = Attribution


def made(count, *, kindred=0, attribution=NAME):
    """Ask ``count`` people of one NGO, and ``kindred`` of other NGOs; return the circulation and one of the first."""
    circulation = make_circulation(attribution=attribution)
    ours = make_organisation(name="Earth Watchers", stakeholder_group="ngo")
    people = [make_member(name=f"Ours {number}", organisation=ours) for number in range(count)]
    people += [
        make_member(organisation=make_organisation(stakeholder_group="ngo"), name=f"Kin {number}")
        for number in range(kindred)
    ]
    for person in people:
        make_consultee(circulation=circulation, member=person)
    return circulation, people[0]


def test_label_of_an_organisation_with_five_people_is_kept():
    circulation, writer = made(5)

    assert label_for(circulation, writer, ORGANISATION) == Label(ORGANISATION, "Earth Watchers")


def test_label_that_fits_four_is_widened_to_the_next_that_fits_five():
    circulation, writer = made(4, kindred=1)

    assert label_for(circulation, writer, ORGANISATION) == Label(GROUP, "ngo")


def test_label_that_fits_nobody_else_says_nothing():
    circulation, writer = made(1, kindred=3)

    assert label_for(circulation, writer, ORGANISATION) == Label(NONE, "")


def test_name_needs_no_crowd_and_an_address_is_no_name():
    circulation, writer = made(1)
    nameless = make_member("nameless@example.org", name="")
    make_consultee(circulation=circulation, member=nameless)

    assert label_for(circulation, writer, NAME) == Label(NAME, "Ours 0")
    assert label_for(circulation, nameless, NAME) == Label(NONE, "")


def test_nothing_more_exact_than_the_circulation_allows_is_offered():
    circulation, writer = made(5, attribution=GROUP)

    assert fitting_labels(circulation, writer) == [Label(GROUP, "ngo"), Label(NONE, "")]


def test_who_was_taken_off_or_suspended_or_only_observes_is_no_crowd():
    circulation, writer = made(7)
    taken_off, suspended, observing = circulation.consultees.exclude(member=writer)[:3]
    circulation.consultees.filter(pk=taken_off.pk).update(removed_at=NOW)
    suspended.member.become("suspended")
    make_membership(group=circulation.publication.group, member=observing.member, role=Role.OBSERVER)

    assert label_for(circulation, writer, ORGANISATION) == Label(NONE, "")


def test_who_has_moved_since_widens_to_nothing_and_who_has_not_to_the_next():
    circulation, writer = made(5, kindred=5)
    comment = make_comment(circulation=circulation, writer=writer, attribution="organisation", label="Earth Watchers")
    before = wider_labels(circulation, writer, comment)
    writer.organisation = make_organisation(name="Elsewhere", stakeholder_group="ngo")
    writer.save()

    after = wider_labels(circulation, writer, comment)
    widened = actions.widen_label(
        actor=writer, circulation=circulation, comment_id=comment.pk, attribution="stakeholder_group"
    )

    assert before == [Label(GROUP, "ngo"), Label(NONE, "")]
    assert after == [Label(NONE, "")]
    assert (widened.attribution, widened.label) == ("none", "")


def test_name_of_an_erased_account_shows_nowhere_at_once_and_is_gone_after_the_night(client, coordinator):
    circulation = make_circulation()
    erased, stays = (make_member(name=name) for name in ("zq7-erased", "zq7-stays"))
    for writer in (erased, stays):
        make_comment(circulation=circulation, writer=writer, attribution="name")
    matrix = f"{circulation.get_absolute_url()}matrix.csv"
    client.force_login(coordinator)
    before = client.get(matrix).content.decode()
    erased.delete()

    pages = [client.get(url).content.decode() for url in (matrix, f"{circulation.get_absolute_url()}comments/")]
    kept = Comment.objects.filter(label="zq7-erased").count()
    tidy()

    assert ("zq7-erased" in before, "zq7-stays" in before) == (True, True)
    assert [("zq7-erased" in page, "zq7-stays" in page) for page in pages] == [(False, True)] * 2
    assert kept == 1
    assert sorted(Comment.objects.values_list("attribution", "label")) == [("name", "zq7-stays"), ("none", "")]
