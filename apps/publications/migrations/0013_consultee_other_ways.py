from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0003_join_requests"),
        ("publications", "0012_consultee_keeps_its_way"),
    ]

    operations = [
        migrations.AddField(
            model_name="consultee",
            name="other_groups",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="members.group", verbose_name="also through the groups"
            ),
        ),
        migrations.AddField(
            model_name="consultee",
            name="other_topics",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="members.topic", verbose_name="also through the topics"
            ),
        ),
        migrations.AlterField(
            model_name="circulation",
            name="groups",
            field=models.ManyToManyField(
                blank=True,
                help_text="Who leaves all groups and topics through which they are asked loses access.",
                related_name="+",
                to="members.group",
                verbose_name="groups",
            ),
        ),
        migrations.AlterField(
            model_name="circulation",
            name="topics",
            field=models.ManyToManyField(
                blank=True,
                help_text="A key area includes its finer topics. Giving up the interest is like leaving a group.",
                related_name="+",
                to="members.topic",
                verbose_name="those interested in",
            ),
        ),
    ]
