"""ORCID iDs: sixteen characters, the last a check digit (ISO 7064 MOD 11-2, as orcid.org describes it)."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_FORM = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")


def validate_orcid(orcid: str) -> None:
    """Refuse what is not an ORCID iD with its right check digit."""
    if not _FORM.fullmatch(orcid) or not orcid.isascii():
        raise ValidationError(_("Write the ORCID iD as 0000-0002-1825-0097."), code="orcid")
    if check_digit(orcid[:-1]) != orcid[-1]:
        raise ValidationError(_("This is not an ORCID iD: its last character does not fit. Is a digit mistyped?"))


def check_digit(digits: str) -> str:
    """Return the check digit of the first fifteen; hyphens do not count."""
    total = 0
    for digit in digits.replace("-", ""):
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return "X" if rest == 10 else str(rest)
