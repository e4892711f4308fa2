"""A portal with the wrong key must not start: everything it sealed would be lost without a word."""

from io import StringIO

import pytest
from django.core.management import call_command

from apps.core import keys
from apps.core.models import KeyFingerprint

OTHER = "another-key-of-at-least-fifty-characters-in-all-0123456789"


@pytest.fixture
def kept(db):
    keys.check()
    return KeyFingerprint.objects.get(name="SECRET_KEY")


def value(name="SECRET_KEY"):
    return KeyFingerprint.objects.get(name=name).value


def test_first_start_writes_the_fingerprints_and_never_the_keys(settings, kept):
    assert dict(KeyFingerprint.objects.values_list("name", "value")) == {
        "SECRET_KEY": keys.fingerprint("SECRET_KEY"),
        "ATTRIBUTION_KEY": keys.fingerprint("ATTRIBUTION_KEY"),
    }
    assert settings.SECRET_KEY not in kept.value
    assert value("ATTRIBUTION_KEY") != kept.value


def test_the_next_start_with_the_same_key_changes_nothing(kept, django_assert_num_queries):
    with django_assert_num_queries(1):
        keys.check()

    assert value() == kept.value


def test_another_key_is_refused(settings, kept):
    settings.SECRET_KEY = OTHER

    with pytest.raises(keys.WrongKey):
        keys.check()

    assert value() == kept.value


def test_a_rotated_key_replaces_the_fingerprint_and_then_stands_alone(settings, kept):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OTHER, [settings.SECRET_KEY]
    keys.check()

    settings.SECRET_KEY_FALLBACKS = []
    keys.check()

    assert value() == keys.fingerprint() != kept.value


def test_the_old_key_alone_is_refused_after_a_rotation(settings, kept):
    old, settings.SECRET_KEY = settings.SECRET_KEY, OTHER
    settings.SECRET_KEY_FALLBACKS = [old]
    keys.check()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = old, []

    with pytest.raises(keys.WrongKey):
        keys.check()


def test_a_lost_key_can_be_replaced_by_hand(settings, kept):
    settings.SECRET_KEY = OTHER

    call_command("adopt_key", stdout=StringIO())

    keys.check()


def test_another_attribution_key_is_refused_until_it_is_adopted(settings, kept):
    settings.ATTRIBUTION_KEY = OTHER
    call_command("adopt_key", stdout=StringIO())
    with pytest.raises(keys.WrongKey, match="ATTRIBUTION_KEY"):
        keys.check()

    out = StringIO()
    call_command("adopt_key", "ATTRIBUTION_KEY", stdout=out)

    keys.check()
    assert out.getvalue().startswith("From now on the portal starts with this ATTRIBUTION_KEY. What somebody wrote")


def test_an_attribution_key_is_never_rotated(settings, kept):
    settings.ATTRIBUTION_KEY, settings.SECRET_KEY_FALLBACKS = OTHER, [settings.ATTRIBUTION_KEY]

    with pytest.raises(keys.WrongKey, match="ATTRIBUTION_KEY"):
        keys.check()
