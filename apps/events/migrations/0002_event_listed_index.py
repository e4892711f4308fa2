from django.db import migrations, models


class Migration(migrations.Migration):
    """Lists of events read an index that holds all that decides who sees what, instead of row after row."""

    dependencies = [("events", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                fields=["starts_at", "id", "ends_at", "state", "visibility", "group", "created_by"],
                name="event_listed",
            ),
        ),
        migrations.RemoveIndex(model_name="event", name="event_by_start"),
    ]
