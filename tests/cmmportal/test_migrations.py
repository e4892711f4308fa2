"""The code of before runs on the tables of after: every migration since the first only adds.

That is what makes an upgrade without a pause and a way back possible. What old code does not use any more may go
one release later: then its line joins CONTRACTED with the reason.
"""

import pytest
from django.apps import apps
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.models.fields import NOT_PROVIDED

# By name such as events.0007_old_place: why no running code needs what it takes away.
CONTRACTED = {
    "publications.0003_states_before_publishing": "Asks nothing new of the two states that older code writes.",
    "publications.0011_draft_comment_opening": "Older code names no opening, and drafts without one do not collide.",
}

OURS = [config.label for config in apps.get_app_configs() if config.name.startswith("apps.")]
REFUSED = (
    migrations.RemoveField,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.DeleteModel,
    migrations.AlterModelTable,
    migrations.AlterUniqueTogether,
    migrations.RunSQL,
)


def later_migrations():
    disk = MigrationLoader(None).disk_migrations
    return [migration for (app, _name), migration in sorted(disk.items()) if app in OURS and not migration.initial]


# Read before a database is made: a quick run makes it without migrations and then knows of none.
LATER = later_migrations()


def faults_of(operations):
    """A sentence for each operation that code from before it could not live with."""
    made = {operation.name_lower for operation in operations if isinstance(operation, migrations.CreateModel)}
    for operation in _flat(operations):
        model = getattr(operation, "model_name_lower", getattr(operation, "model_name", "")).lower()
        if reason := _reason(operation, is_new=model in made):
            yield f"{operation.describe()}: {reason}"


def _flat(operations):
    """Operations on the state alone change nothing in the database."""
    for operation in operations:
        inner = operation.database_operations if isinstance(operation, migrations.SeparateDatabaseAndState) else None
        yield from [operation] if inner is None else _flat(inner)


def _reason(operation, *, is_new):
    if isinstance(operation, REFUSED):
        return "takes away or renames what old code asks for"
    if isinstance(operation, migrations.RunPython) and operation.reverse_code is None:
        return "there is no way back"
    if is_new:
        return ""
    if isinstance(operation, migrations.AddConstraint):
        return "old code may write what the constraint refuses"
    if isinstance(operation, migrations.AddField) and not _can_be_left_out(operation.field):
        return "old code writes rows without it"
    if isinstance(operation, migrations.AlterField) and not _can_be_left_out(operation.field):
        return "may become narrower; make it nullable, or give it a db_default"
    return ""


def _can_be_left_out(field):
    return field.null or field.many_to_many or field.db_default is not NOT_PROVIDED


def test_there_is_something_to_look_at():
    assert {"core", "notifications"} <= {migration.app_label for migration in LATER}


@pytest.mark.parametrize("migration", LATER, ids=str)
def test_old_code_can_live_with_it(migration):
    if str(migration) in CONTRACTED:
        pytest.skip(CONTRACTED[str(migration)])

    assert list(faults_of(migration.operations)) == []


@pytest.mark.parametrize("migration", LATER, ids=str)
def test_it_is_undone_when_it_fails_and_named_for_what_it_does(migration):
    assert migration.atomic
    assert not migration.name.partition("_")[2].startswith(("auto", "alter", "remove"))


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RemoveField("event", "place"),
        migrations.RenameField("event", "place", "venue"),
        migrations.RenameModel("Event", "Meeting"),
        migrations.DeleteModel("Event"),
        migrations.AlterModelTable("event", "meetings"),
        migrations.RunSQL("DROP TABLE events_event"),
        migrations.RunPython(lambda apps, editor: None),
        migrations.AddField("event", "colour", models.CharField(max_length=9)),
        migrations.AddField("event", "colour", models.CharField(max_length=9, default="red")),
        migrations.AlterField("event", "place", models.CharField(max_length=9)),
        migrations.AddConstraint("event", models.UniqueConstraint(fields=["title"], name="event_title")),
        migrations.SeparateDatabaseAndState(database_operations=[migrations.DeleteModel("Event")]),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_what_breaks_old_code_is_found(operation):
    assert len(list(faults_of([operation]))) == 1


@pytest.mark.parametrize(
    "operations",
    [
        [migrations.AddField("event", "colour", models.CharField(max_length=9, null=True))],
        [migrations.AddField("event", "colour", models.CharField(max_length=9, db_default="red"))],
        [migrations.AddIndex("event", models.Index(fields=["title"], name="event_by_title"))],
        [migrations.RunPython(lambda apps, editor: None, migrations.RunPython.noop)],
        [
            migrations.CreateModel("Colour", [("id", models.BigAutoField(primary_key=True))]),
            migrations.AddField("colour", "name", models.CharField(max_length=9)),
            migrations.AddConstraint("colour", models.UniqueConstraint(fields=["name"], name="colour_name")),
        ],
        [migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Event")])],
    ],
    ids=lambda operations: type(operations[-1]).__name__,
)
def test_what_only_adds_is_allowed(operations):
    assert list(faults_of(operations)) == []
