import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0003_calendar_feed"),
        ("members", "0003_join_requests"),
    ]

    operations = [
        migrations.AlterField(
            model_name="participation",
            name="via_group",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="members.group",
                verbose_name="invited through",
            ),
        ),
    ]
