"""What a member says about themself beyond the name, and what of it others see."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.lines import validate_one_line
from apps.members.permissions import HIDDEN_AT_FIRST, Personal

ABOUT_LENGTH = 500

# Light on purpose: extensions, brackets and digits of other scripts are all in use.
validate_phone = RegexValidator(
    r"^\+?(?=(?:\D*\d){5})[\d ()./x#*-]+\Z",
    _("Please write a telephone number, with its country code, for example +49 30 123456."),
    code="phone",
)


def _shown(field: Personal) -> models.BooleanField:
    is_seen_at_first = field not in HIDDEN_AT_FIRST
    return models.BooleanField(field.label, default=is_seen_at_first, db_default=is_seen_at_first)


class Profile(models.Model):
    """The part of ``Member`` that people fill in for each other. ``shows_…`` are the choices ``permissions`` asks."""

    phone = models.CharField(
        _("telephone"),
        max_length=40,
        blank=True,
        default="",
        db_default="",
        validators=[validate_one_line, validate_phone],
    )
    about = models.CharField(_("about"), max_length=ABOUT_LENGTH, blank=True, default="", db_default="")
    is_listed = models.BooleanField(
        _("list me in the directory of members"),
        default=True,
        db_default=True,
        help_text=_("Unlisted, you are found there by the secretariat only. Your groups still see your name."),
    )
    shows_organisation = _shown(Personal.ORGANISATION)
    shows_position = _shown(Personal.POSITION)
    shows_country = _shown(Personal.COUNTRY)
    shows_topics = _shown(Personal.TOPICS)
    shows_groups = _shown(Personal.GROUPS)
    shows_about = _shown(Personal.ABOUT)
    shows_email = _shown(Personal.EMAIL)
    shows_phone = _shown(Personal.PHONE)

    class Meta:
        abstract = True

    def shown_fields(self) -> list[Personal]:
        """Return what other members see of this person."""
        return [field for field in Personal if getattr(self, field.choice)]
