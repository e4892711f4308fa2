from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("discussions", "0005_file_of_earlier_text"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ["withdrawn", "removed"]), models.Q(("owner_mark", ""), _negated=True)
                ),
                fields=["posted_on"],
                name="post_gone_with_mark",
            ),
        ),
        migrations.AddIndex(
            model_name="postrevision",
            index=models.Index(
                condition=models.Q(("replaced_at", None)), fields=["replaced_on"], name="post_revision_without_name"
            ),
        ),
    ]
