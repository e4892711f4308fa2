"""Which passwords are refused."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from apps.members.models import Member


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("elevenchars", "password_too_short"),
        ("password1234", "password_too_common"),
        ("Article-6-rules!", "password_context_word"),
        ("we love CMM-WG!!", "password_context_word"),
        ("my CMM Portal 27", "password_context_word"),
        ("portal.example.org", "password_context_word"),
        ("mina.member@example.org", "password_too_similar"),
    ],
)
def test_weak_password_is_refused(settings, password, code):
    settings.SITE_HOST = "portal.example.org"

    with pytest.raises(ValidationError) as refusal:
        validate_password(password, Member(email="mina.member@example.org", name="Mina Member"))

    assert code in {error.code for error in refusal.value.error_list}


@pytest.mark.parametrize(
    "password", ["correct horse battery", "x9" * 40, "пароль из многих слов", "   long  gap   kept   "]
)
def test_long_password_of_any_letters_is_accepted(password):
    validate_password(password, Member(email="mina@example.org", name="Mina Member"))
