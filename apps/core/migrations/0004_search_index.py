"""What each database searches with, beside the table of entries. A later change of the index is a migration of its own
that drops and builds it.
"""

from django.db import migrations

from apps.core import search


def build(apps, schema_editor):
    search.build()


def drop(apps, schema_editor):
    search.drop()


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_search_entry"),
    ]

    operations = [migrations.RunPython(build, drop)]
