"""Finds the steps of the last days, for "in this state more than a week" over a long record."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('referrals', '0008_suspicions_kept'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='step',
            index=models.Index(condition=models.Q(('undone_at__isnull', True)), fields=['clinic', 'happened_on'], include=['referral'], name='step_by_day'),
        ),
    ]
