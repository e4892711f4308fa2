"""The words the index knows, for SQLite: a table beside it that reads them, and keeps nothing of its own."""

from django.db import migrations

from apps.core import search


def build(apps, schema_editor):
    search.build()


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_search_index"),
    ]

    # Going back, 0004 drops it with the index.
    operations = [migrations.RunPython(build, migrations.RunPython.noop)]
