"""Registration of the core application."""

from typing import Any

from django.apps import AppConfig
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "apps.core"
    label = "core"
    verbose_name = _("Core")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have `migrate` make the table of the fallback cache too: nobody remembers `createcachetable`. Likewise what
        the search keeps beside its table, which a change of that table takes away.
        """
        post_migrate.connect(make_cache_table, sender=self)
        post_migrate.connect(make_search_index, sender=self)


def make_cache_table(using: str, **_signal: Any) -> None:
    """Make the table named in CACHES unless it exists."""
    call_command("createcachetable", database=using, verbosity=0)


def make_search_index(using: str, **_signal: Any) -> None:
    """Make the index of the search unless it is there, and fill it where a portal had none before."""
    # Models can be imported only now.
    from apps.core import indexing, search  # noqa: PLC0415
    from apps.core.models import SearchEntry  # noqa: PLC0415

    if SearchEntry._meta.db_table not in connections[using].introspection.table_names():
        return  # Migrated back to before it.
    search.build()
    executor = MigrationExecutor(connections[using])
    is_whole = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    if is_whole and indexing.is_empty():
        indexing.reindex()
