"""A portal with the wrong key must not start: everything it sealed would be lost without a word."""

import pytest
from django.core.management import call_command

from apps.core import keys
from apps.core.models import KeyFingerprint

OTHER = "another-key-of-at-least-fifty-characters-in-all-0123456789"


@pytest.fixture
def kept(db):
    keys.check()
    return KeyFingerprint.objects.get()


def test_first_start_writes_the_fingerprint_and_never_the_key(settings, kept):
    assert kept.value == keys.fingerprint()
    assert settings.SECRET_KEY not in kept.value


def test_the_next_start_with_the_same_key_changes_nothing(kept, django_assert_num_queries):
    with django_assert_num_queries(1):
        keys.check()

    assert KeyFingerprint.objects.get().value == kept.value


def test_another_key_is_refused(settings, kept):
    settings.SECRET_KEY = OTHER

    with pytest.raises(keys.WrongKey):
        keys.check()

    assert KeyFingerprint.objects.get().value == kept.value


def test_a_rotated_key_replaces_the_fingerprint_and_then_stands_alone(settings, kept):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OTHER, [settings.SECRET_KEY]
    keys.check()

    settings.SECRET_KEY_FALLBACKS = []
    keys.check()

    assert KeyFingerprint.objects.get().value == keys.fingerprint() != kept.value


def test_the_old_key_alone_is_refused_after_a_rotation(settings, kept):
    old, settings.SECRET_KEY = settings.SECRET_KEY, OTHER
    settings.SECRET_KEY_FALLBACKS = [old]
    keys.check()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = old, []

    with pytest.raises(keys.WrongKey):
        keys.check()


def test_a_lost_key_can_be_replaced_by_hand(settings, kept):
    settings.SECRET_KEY = OTHER

    call_command("adopt_key")

    keys.check()
