"""The member (our custom user) and the organisation they come from."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField
from timezone_field import TimeZoneField

from apps.core.lines import validate_one_line
from apps.core.links import address
from apps.core.models import Timestamped
from apps.core.prepared import Prepared
from apps.core.searched import Searched
from apps.members import permissions
from apps.members.managers import MemberManager
from apps.members.models.profile import Profile
from apps.members.querysets import OrganisationQuerySet

if TYPE_CHECKING:
    from collections.abc import Iterable


class StakeholderGroup(models.TextChoices):
    """The kinds of stakeholders the working group brings together."""

    PARTY = "party", _("Party / government")
    MULTILATERAL = "multilateral", _("Multilateral or intergovernmental organisation")
    BANK = "bank", _("Development bank")
    DEVELOPER = "developer", _("Project developer")
    STANDARD = "standard", _("Standard or registry")
    BUYER = "buyer", _("Buyer / investor")
    NGO = "ngo", _("Non-governmental organisation")
    ACADEMIA = "academia", _("Academia / research")
    CONSULTANCY = "consultancy", _("Consultancy")
    OTHER = "other", _("Other")


class Organisation(Searched, Timestamped):
    """A ministry, institute, company or association that members come from."""

    name = models.CharField(_("name"), max_length=200, validators=[validate_one_line])
    stakeholder_group = models.CharField(
        _("stakeholder group"), max_length=20, choices=StakeholderGroup, default=StakeholderGroup.OTHER
    )
    country = CountryField(_("country"), blank=True, default="")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [models.UniqueConstraint(Lower("name"), name="organisation_name_unique")]

    def __str__(self) -> str:
        return self.name


class Member(Searched, AbstractBaseUser, Profile, Timestamped):
    """A person with an account. Signs in by e-mail address; rights come from ``permissions.RULES`` alone."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended")
        DEPARTED = "departed", _("departed")

    email = models.EmailField(_("e-mail address"), max_length=254)
    name = models.CharField(_("name"), max_length=150, blank=True, default="", validators=[validate_one_line])
    position = models.CharField(_("position"), max_length=150, blank=True, default="", validators=[validate_one_line])
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, verbose_name=_("organisation"), null=True, blank=True, related_name="members"
    )
    country = CountryField(_("country"), blank=True, default="")
    time_zone = TimeZoneField(_("time zone"), default="UTC")
    language = models.CharField(_("language"), max_length=10, default="en")
    topics = models.ManyToManyField("members.Topic", verbose_name=_("topics of interest"), blank=True)
    hides_participation = models.BooleanField(
        _("hide me in lists of participants"),
        default=False,
        help_text=_("Other invited people then do not see your name among the participants of an event."),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    is_active = models.BooleanField(_("active"), default=True, editable=False)
    is_staff = models.BooleanField(_("coordinator (secretariat)"), default=False)
    is_superuser = models.BooleanField(default=False, editable=False)

    objects = MemberManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="member_email_unique",
                violation_error_message=_("There is an account with this address already."),
            ),
            models.CheckConstraint(
                condition=models.Q(status="active", is_active=True)
                | (~models.Q(status="active") & models.Q(is_active=False)),
                name="member_status_matches_is_active",
            ),
        ]
        indexes = [models.Index(fields=["name", "id"], name="member_name")]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._group_roles: dict[int, permissions.Role] | None = None
        self._joined: dict[int, str] = {}

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        """What to call them in a sentence; never a part of the address."""
        return self.name.split(" ")[0] if self.name else ""

    def get_absolute_url(self) -> str:
        return address("members:detail", self.pk)

    @property
    def owning_group_id(self) -> int:
        """Nobody leads a person: no group owns a member."""
        return 0

    def group_roles(self) -> dict[int, permissions.Role]:
        """Return {group id: role} of the present memberships. One query, kept until refresh_from_db()."""
        if self._group_roles is None:
            rows = _ROLES.rows(None, self.pk)
            roles = {group: permissions.Role(role) for group, role, _day in rows}
            self.hold_roles(roles, {group: str(day) for group, _role, day in rows})
            return roles
        return self._group_roles

    def hold_roles(self, roles: dict[int, permissions.Role], joined: dict[int, str] | None = None) -> None:
        """Keep roles that were read for many members at once (``MemberManager.read_roles``), and since which day they
        are in their groups; without that, they always were.
        """
        self._group_roles, self._joined = roles, joined or {}

    def is_in_since(self, group_id: int, moment: datetime) -> bool:
        """Whether the present membership began by the day (UTC) of ``moment``: ``MembershipQuerySet.there_since``."""
        day = moment.astimezone(UTC).date().isoformat()
        return group_id in self.group_roles() and self._joined.get(group_id, "") <= day

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        super().refresh_from_db(*args, **kwargs)
        self._group_roles = None

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()
        if self.pk is None and Member.objects.with_address(self.email).exists():
            raise ValidationError({"email": _("There is an account with this address already.")})

    # Django asks these; the answers come from the one policy file.

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return permissions.allows(self, perm, obj)

    def has_perms(self, perm_list: Iterable[str], obj: Any = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return permissions.allows_app(self, app_label)

    def become(self, status: Member.Status) -> None:
        """Change the status, keeping is_active equal to it."""
        self.status = status
        self.is_active = status == self.Status.ACTIVE
        self.save(update_fields=["status", "is_active", "updated_at"])

    def hold_address(self) -> None:
        """Make the address the one allauth signs in with: proved, primary, and no other beside it."""
        addresses = self.emailaddress_set  # type: ignore[attr-defined]  # allauth's relation, unknown to the checker
        addresses.exclude(email=self.email).delete()
        addresses.update_or_create(email=self.email, defaults={"verified": True, "primary": True})


def _roles(_nobody: None, member: int) -> models.QuerySet[Any, Any]:
    current = apps.get_model("members.Membership").objects.filter(member=member, ended_on=None)
    return current.values_list("group_id", "role", "started_on")


_ROLES = Prepared(_roles)
