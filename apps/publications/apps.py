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
        from apps.events import calendarsources  # noqa: PLC0415
        from apps.notifications import abouts  # noqa: PLC0415
        from apps.notifications.ledger import register  # noqa: PLC0415
        from apps.publications import (  # noqa: PLC0415
            carried,
            carriedcirculations,
            carriedcomments,
            carriedharvest,
            exported,
            found,
            samples,
        )
        from apps.publications.calendarentries import deadline_entries  # noqa: PLC0415
        from apps.publications.ledger import differences  # noqa: PLC0415
        from apps.publications.marginalia import comments_on_page  # noqa: PLC0415
        from apps.publications.models import Circulation, Publication  # noqa: PLC0415
        from apps.publications.panels import papers_of_event  # noqa: PLC0415

        panels.register("events:detail", papers_of_event)
        panels.register("publications:page", comments_on_page)
        calendarsources.register(deadline_entries)
        register(differences)
        abouts.register(Publication, "title")
        abouts.register(Circulation, "publication__title")
        exported.offer()
        carriedharvest.offer()
        carried.offer()
        carriedcirculations.offer()
        carriedcomments.offer()
        found.offer()
        samples.offer()
