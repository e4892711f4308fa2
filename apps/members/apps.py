"""Registration of the members application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    name = "apps.members"
    label = "members"
    verbose_name = _("People")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what Django and allauth tell, and offer the members' part of exports, restores, samples, search and
        checks.
        """
        # Models can be imported only now.
        from apps.members import auditing, carried, exported, found, ledger, samples  # noqa: PLC0415
        from apps.notifications.ledger import register  # noqa: PLC0415

        auditing.connect()
        exported.offer()
        carried.offer()
        samples.offer()
        found.offer()
        register(ledger.differences)
