"""What a single line of text may hold, for every title, name and label, and what several lines may."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85]")
_DIRECTION_OVERRIDES = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def validate_one_line(text: str) -> None:
    """Refuse control characters and line breaks (they could forge mail headers, RFC 5322 2.2) and direction
    overrides.
    """
    if _BREAKS.search(text):
        raise ValidationError(_("Please write this on one line, without control characters."), code="one_line")
    _refuse_overrides(text)


def validate_mailbox(address: str) -> None:
    """Refuse letters beyond ASCII before the @ (ſ, ı): no server takes them without SMTPUTF8 (RFC 6531). Django's own
    check lets a few pass, as it looks at capitals and small letters alike.
    """
    if not address.rpartition("@")[0].isascii():
        raise ValidationError(_("Before the @ an e-mail address holds plain letters only."), code="mailbox")


def validate_lines(text: str) -> None:
    """Refuse control characters other than line breaks and tabs, and direction overrides."""
    if _CONTROLS.search(text):
        raise ValidationError(_("Please leave out the control characters."), code="control")
    _refuse_overrides(text)


def _refuse_overrides(text: str) -> None:
    if _DIRECTION_OVERRIDES.search(text):
        raise ValidationError(
            _("Please leave out the hidden characters that change the direction of text."), code="bidi"
        )


def one_line(text: str) -> str:
    """Return ``text`` as one safe line: breaks become spaces, direction overrides go. For headers of mail and files."""
    text = _DIRECTION_OVERRIDES.sub("", _BREAKS.sub(" ", text))
    return " ".join(unicodedata.normalize("NFC", text).split())
