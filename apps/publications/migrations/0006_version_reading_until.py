from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("publications", "0005_version_published_at")]

    operations = [
        migrations.AddField(
            model_name="version",
            name="reading_until",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
