from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_key_fingerprint"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("object_id", models.CharField(max_length=36)),
                ("part", models.CharField(blank=True, default="", max_length=10)),
                ("title", models.TextField(blank=True, default="")),
                ("text", models.TextField(blank=True, default="")),
                ("folded_title", models.TextField(blank=True, default="")),
                ("folded_text", models.TextField(blank=True, default="")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "object_id", "part"), name="search_entry_once")
                ],
            },
        ),
    ]
