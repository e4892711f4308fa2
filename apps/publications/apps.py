"""Registration of the publications application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicationsConfig(AppConfig):
    name = "apps.publications"
    label = "publications"
    verbose_name = _("Publications")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models can be imported only now.
        from apps.core import panels  # noqa: PLC0415
        from apps.notifications.ledger import register  # noqa: PLC0415
        from apps.publications import carried, carriedcomments, exported, found, samples  # noqa: PLC0415
        from apps.publications.ledger import differences  # noqa: PLC0415
        from apps.publications.marginalia import comments_on_page  # noqa: PLC0415
        from apps.publications.panels import papers_of_event  # noqa: PLC0415

        panels.register("events:detail", papers_of_event)
        panels.register("publications:page", comments_on_page)
        register(differences)
        exported.offer()
        carried.offer()
        carriedcomments.offer()
        found.offer()
        samples.offer()
