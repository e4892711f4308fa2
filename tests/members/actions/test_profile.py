import pytest

from apps.core.refused import Refused
from apps.members.actions import save_profile, suspend_member
from apps.members.models import Member
from tests.make import make_organisation, make_topic


def test_save_profile_finds_or_makes_the_organisation(member):
    known = make_organisation(name="Institute for Samples")
    topic = make_topic()

    save_profile(
        actor=member, member=member, organisation=" institute FOR samples", topics=[topic], name="Mina", country="KE"
    )
    member.refresh_from_db()
    assert (member.name, str(member.country), member.organisation) == ("Mina", "KE", known)
    assert list(member.topics.all()) == [topic]

    save_profile(actor=member, member=member, organisation="Quite new", topics=[])
    assert member.organisation.name == "Quite new"
    save_profile(actor=member, member=member, organisation="  ", topics=[])
    assert member.organisation is None


@pytest.mark.parametrize("typed", ["İklim Enstitüsü", "Ministry of \N{KELVIN SIGN}inetics"])
def test_save_profile_finds_an_organisation_by_letters_with_more_than_one_capital(member, typed):
    # Lower and upper case of these letters do not lead back to each other. SQLite knows no capitals beyond ASCII.
    made = make_organisation(name=typed.replace("İ", "i").replace("\N{KELVIN SIGN}", "k"))

    save_profile(actor=member, member=member, organisation=typed, topics=[])
    save_profile(actor=member, member=member, organisation=typed, topics=[])

    member.refresh_from_db()
    assert member.organisation.name in {typed, made.name}


def test_save_profile_of_a_stale_row_does_not_undo_a_suspension(coordinator, member):
    stale = Member.objects.get(pk=member.pk)
    suspend_member(actor=coordinator, member=member)

    save_profile(actor=stale, member=stale, organisation="", topics=[], name="Still me")

    member.refresh_from_db()
    assert (member.name, member.is_active) == ("Still me", False)


def test_profile_of_others_is_for_the_secretariat(chair, member):
    with pytest.raises(Refused):
        save_profile(actor=chair, member=member, organisation="", topics=[], name="X")
