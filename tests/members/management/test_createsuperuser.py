"""The first coordinator is made at the command line."""

import pytest
from django.core.management import CommandError, call_command

from apps.members.models import Member


def test_first_coordinator_is_staff(db):
    call_command("createsuperuser", "--email", "Cora@Example.org", "--noinput", verbosity=0)

    cora = Member.objects.get()
    assert (cora.email, cora.is_staff, cora.is_active) == ("cora@example.org", True, True)


def test_address_that_has_an_account_is_refused_in_a_sentence_whatever_its_capitals(member):
    with pytest.raises(CommandError, match="That e-mail address is already taken"):
        call_command("createsuperuser", "--email", "MEMBER@Example.org", "--noinput")

    member.refresh_from_db()
    assert (list(Member.objects.all()), member.is_staff) == ([member], False)


def test_address_no_mail_server_takes_is_refused_in_a_sentence(db):
    with pytest.raises(CommandError, match="plain letters only"):
        call_command("createsuperuser", "--email", "ſtaff@example.org", "--noinput")

    assert not Member.objects.exists()
