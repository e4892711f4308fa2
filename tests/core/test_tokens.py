"""Signed links: only the right row, purpose and nonce open."""

import pytest

from apps.core.tokens import MASK, Rows, StaleToken, fill, mask
from apps.events.models import Participation
from apps.members.models import Invitation
from apps.notifications.models import OutgoingMail
from tests.make import make_event, make_invitation, make_participation

pytestmark = pytest.mark.django_db


@pytest.fixture
def part(group, member):
    return make_participation(event=make_event(group=group), member=member)


def test_token_opens_its_row(part):
    assert Participation.from_token(part.token) == part


def test_token_has_at_least_128_bits_and_is_lower_case(part):
    signature = part.token.partition("-")[2][4:]

    assert len(signature) * 5 >= 128
    assert part.token == part.token.lower()


def test_altered_tokens_open_nothing(part):
    token = part.token
    altered = [
        token[:position] + ("a" if token[position] != "a" else "b") + token[position + 1 :]
        for position in range(len(token))
    ]

    assert [Participation.from_token(one) for one in altered] == [None] * len(altered)


@pytest.mark.parametrize(
    "token", ["", "-", "x", "1-", "zzzzzzzzzzzzz-" + "a" * 36, "1-" + "é" * 36, "\x00", "1" * 5000]
)
def test_nonsense_opens_nothing(part, token):
    assert Participation.from_token(token) is None


def test_token_of_another_purpose_with_the_same_nonce_opens_nothing(part, group):
    invitation = make_invitation(group=group, pk=part.pk, nonce=part.nonce)

    assert Invitation.from_token(part.token) is None
    assert Participation.from_token(invitation.token) is None


def test_token_of_another_row_opens_nothing(part, other_member):
    other = make_participation(event=part.event, member=other_member)
    swapped = f"{other.token.partition('-')[0]}-{part.token.partition('-')[2]}"

    assert Participation.from_token(swapped) is None


def test_new_nonce_revokes_the_token(part):
    token = part.token
    part.renew_nonce()
    part.save()

    assert Participation.from_token(token) is None
    assert Participation.from_token(part.token) == part


def test_old_key_still_opens_and_a_forgotten_one_does_not(part, settings):
    token = part.token

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key " * 5
    assert Participation.from_token(token) == part

    settings.SECRET_KEY_FALLBACKS = []
    assert Participation.from_token(token) is None


def test_token_stands_in_no_column(part):
    row = Participation.objects.values().get(pk=part.pk)

    assert part.token not in str(row)


def test_placeholder_is_filled_with_the_token_and_masked_on_screens(part):
    body = f"Answer at https://portal.example/rsvp/{part.placeholder}/ please"

    assert fill(body, Rows()) == f"Answer at https://portal.example/rsvp/{part.token}/ please"
    assert mask(body) == f"Answer at https://portal.example/rsvp/{MASK}/ please"


def test_placeholder_of_a_revoked_or_deleted_row_is_stale(part):
    body = part.placeholder
    part.renew_nonce()
    part.save()
    with pytest.raises(StaleToken):
        fill(body, Rows())

    part.delete()
    with pytest.raises(StaleToken):
        fill(body, Rows())


def test_foreign_text_that_looks_like_a_placeholder_opens_nothing_of_other_models():
    with pytest.raises((StaleToken, LookupError)):
        fill("~~members.member.1.aaaaaaaa~~", Rows())
    assert OutgoingMail.objects.count() == 0
