from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0003_join_requests"),
        ("publications", "0006_version_reading_until"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="circulation",
            name="groups",
            field=models.ManyToManyField(
                blank=True,
                help_text="Who leaves the group loses access.",
                related_name="+",
                to="members.group",
                verbose_name="groups",
            ),
        ),
        migrations.AddField(
            model_name="circulation",
            name="people",
            field=models.ManyToManyField(
                blank=True,
                help_text="They keep access until taken off.",
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="people picked by hand",
            ),
        ),
        migrations.AddField(
            model_name="circulation",
            name="reviewers",
            field=models.ManyToManyField(
                blank=True,
                help_text="They owe an answer, are reminded of it, and keep access until taken off.",
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="reviewers",
            ),
        ),
        migrations.AddField(
            model_name="circulation",
            name="topics",
            field=models.ManyToManyField(
                blank=True,
                help_text="A key area includes its finer topics. Who gives up the interest loses access.",
                related_name="+",
                to="members.topic",
                verbose_name="those interested in",
            ),
        ),
    ]
