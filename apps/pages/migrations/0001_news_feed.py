import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.core.tokens


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="NewsFeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                ("nonce", models.CharField(default=apps.core.tokens.new_nonce, editable=False, max_length=32)),
                ("made_at", models.DateTimeField(verbose_name="link made")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="link revoked")),
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="news_feed",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="member",
                    ),
                ),
            ],
            options={
                "verbose_name": "private feed",
                "verbose_name_plural": "private feeds",
            },
        ),
    ]
