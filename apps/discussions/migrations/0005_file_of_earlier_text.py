from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("discussions", "0004_without_name"),
    ]

    operations = [
        migrations.AddField(
            model_name="postrevision",
            name="file_name",
            field=models.CharField(db_default="", default="", max_length=255),
        ),
    ]
