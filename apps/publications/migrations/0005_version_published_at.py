from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("publications", "0004_publish_fault")]

    operations = [
        migrations.AddField(
            model_name="version",
            name="published_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="open to readers since"),
        ),
    ]
