from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("publications", "0002_circulation")]

    operations = [
        migrations.RemoveConstraint(
            model_name="publication",
            name="publication_published_has_date",
        ),
        migrations.AddConstraint(
            model_name="publication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["published", "withdrawn"]), _negated=True),
                    ("published_on__isnull", False),
                    _connector="OR",
                ),
                name="publication_published_has_date",
                violation_error_message="What is published has a date.",
            ),
        ),
    ]
