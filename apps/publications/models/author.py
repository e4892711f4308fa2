"""Who wrote a publication, in the order of its title page."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.lines import validate_one_line
from apps.core.models import Timestamped
from apps.publications.models.publication import Publication
from apps.publications.orcid import validate_orcid


class Author(Timestamped):
    """A person, or an organisation where no person is named. Name and organisation are those of the title page."""

    publication = models.ForeignKey(Publication, models.CASCADE, verbose_name=_("publication"), related_name="authors")
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("member"),
        null=True,
        blank=True,
        related_name="authorships",
    )
    name = models.CharField(_("name"), max_length=150, blank=True, default="", validators=[validate_one_line])
    organisation = models.CharField(
        _("organisation"), max_length=200, blank=True, default="", validators=[validate_one_line]
    )
    orcid = models.CharField(
        _("ORCID iD"),
        max_length=19,
        blank=True,
        default="",
        validators=[validate_orcid],
        help_text=_("As 0000-0002-1825-0097."),
    )

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") | ~Q(organisation=""),
                name="author_is_named",
                violation_error_message=_("Give a name or an organisation."),
            )
        ]
        indexes = [models.Index(fields=["publication", "position", "id"], name="author_in_order")]

    def __str__(self) -> str:
        return self.name or self.organisation

    @property
    def orcid_url(self) -> str:
        return f"https://orcid.org/{self.orcid}" if self.orcid else ""

    def clean(self) -> None:
        super().clean()
        if self.member and not self.name:
            self.name = self.member.name
        if not self.name and not self.organisation:
            raise ValidationError(_("Give a name or an organisation."), code="author_is_named")
