import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0003_join_requests"),
        ("publications", "0011_draft_comment_opening"),
    ]

    operations = [
        migrations.AlterField(
            model_name="consultee",
            name="via_group",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="members.group",
                verbose_name="through the group",
            ),
        ),
        migrations.AlterField(
            model_name="consultee",
            name="via_topic",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="members.topic",
                verbose_name="through the topic",
            ),
        ),
    ]
