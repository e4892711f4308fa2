"""Second-factor secrets at rest."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings as django_settings

from apps.members.secondfactor import SecondFactorAdapter


@pytest.mark.django_db
def test_totp_secret_is_sealed_in_the_database_and_still_checks_codes(member):
    secret = "JBSWY3DPEHPK3PXP"

    totp = TOTP.activate(member, secret)

    row = Authenticator.objects.get(user=member)
    assert secret not in str(row.data)
    assert totp.instance.wrap().instance.data == row.data
    assert SecondFactorAdapter().decrypt(row.data["secret"]) == secret


def test_secret_sealed_with_an_old_key_still_opens_and_with_a_forgotten_one_says_so(settings):
    sealed = SecondFactorAdapter().encrypt("secret")

    settings.SECRET_KEY_FALLBACKS = [django_settings.SECRET_KEY]
    settings.SECRET_KEY = "another key " * 5
    assert SecondFactorAdapter().decrypt(sealed) == "secret"

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(ValueError, match="SECRET_KEY"):
        SecondFactorAdapter().decrypt(sealed)
