from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("publications", "0003_states_before_publishing")]

    operations = [
        migrations.AddField(
            model_name="publication",
            name="publish_fault",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=600),
        ),
    ]
