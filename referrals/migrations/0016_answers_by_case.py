"""Tells from the index alone which referrals of a case may answer a suspicion."""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('cases', '0016_reports_by_patient'),
        ('clinic', '0007_monthly_reports'),
        ('referrals', '0015_passages_one_by_one'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='referral',
            index=models.Index(fields=['case', '-created_at'], include=('visit', 'state'), name='referral_of_case'),
        ),
        RemoveIndexConcurrently(
            model_name='referral',
            name='referral_by_case',
        ),
        migrations.AlterField(
            model_name='referral',
            name='case',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='cases.case'),
        ),
    ]
