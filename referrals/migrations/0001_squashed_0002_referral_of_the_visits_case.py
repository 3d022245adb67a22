"""The referrals as migrations 0001 and 0002 leave them, made in one step where the database is empty.

It is to them what the first migration of cases is to those that one replaces; see there.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('referrals', '0001_initial'),
        ('referrals', '0002_referral_of_the_visits_case'),
    ]

    initial = True

    dependencies = [
        ('cases', '0001_initial'),
        ('clinic', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Specialist',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, verbose_name='name of the person or service')),
                ('role', models.CharField(blank=True, max_length=120, verbose_name='role')),
                ('organisation', models.CharField(blank=True, max_length=160, verbose_name='organisation')),
                ('destination', models.CharField(choices=[('emergency_department', 'Emergency department'), ('spinal_on_call', 'Spinal on-call team'), ('spinal_service', 'Spinal or neurosurgery service'), ('mscc_coordinator', 'MSCC coordinator'), ('msk_triage', 'Musculoskeletal triage'), ('msk_physiotherapy', 'Musculoskeletal physiotherapy'), ('gp', 'GP'), ('orthopaedics_hip', 'Orthopaedics, hip'), ('orthopaedics_foot_ankle', 'Orthopaedics, foot and ankle'), ('neurology', 'Neurology'), ('rheumatology', 'Rheumatology'), ('vascular', 'Vascular service'), ('diabetic_foot_mdt', 'Diabetic foot team'), ('foot_protection_service', 'Foot protection service'), ('same_day_dvt_clinic', 'Same-day DVT clinic'), ('paediatrics_same_day', 'Paediatrics, same day'), ('pain_service', 'Pain service'), ('orthotics', 'Orthotics'), ('podiatry', 'Podiatry')], max_length=40, verbose_name='kind of service')),
                ('address', models.TextField(blank=True, max_length=500, verbose_name='address')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='telephone')),
                ('notes', models.TextField(blank=True, max_length=1000, verbose_name='notes')),
                ('retired_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='specialists', to='clinic.clinic')),
            ],
            options={
                'verbose_name': 'specialist',
                'verbose_name_plural': 'specialists',
                'ordering': ['name'],
                'indexes': [
                    models.Index(fields=['clinic', 'name'], name='specialist_by_name'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('destination__in', ['emergency_department', 'spinal_on_call', 'spinal_service', 'mscc_coordinator', 'msk_triage', 'msk_physiotherapy', 'gp', 'orthopaedics_hip', 'orthopaedics_foot_ankle', 'neurology', 'rheumatology', 'vascular', 'diabetic_foot_mdt', 'foot_protection_service', 'same_day_dvt_clinic', 'paediatrics_same_day', 'pain_service', 'orthotics', 'podiatry'])), name='specialist_destination_is_known'),
                ],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "referrals_specialistevent" ("address", "clinic_id", "created_at", "destination", "email", "id", "name", "notes", "organisation", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "retired_at", "role") VALUES (NEW."address", NEW."clinic_id", NEW."created_at", NEW."destination", NEW."email", NEW."id", NEW."name", NEW."notes", NEW."organisation", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."retired_at", NEW."role"); RETURN NULL;', hash='246c8214d134fb401d57ab1dbb4fa4dcf7c86d63', operation='INSERT', pgid='pgtrigger_insert_insert_bcb93', table='referrals_specialist', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "referrals_specialistevent" ("address", "clinic_id", "created_at", "destination", "email", "id", "name", "notes", "organisation", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "retired_at", "role") VALUES (NEW."address", NEW."clinic_id", NEW."created_at", NEW."destination", NEW."email", NEW."id", NEW."name", NEW."notes", NEW."organisation", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."retired_at", NEW."role"); RETURN NULL;', hash='a8f8d4350d6ea3ff7f92397d6500428c2270ad01', operation='UPDATE', pgid='pgtrigger_update_update_6aae2', table='referrals_specialist', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "referrals_specialistevent" ("address", "clinic_id", "created_at", "destination", "email", "id", "name", "notes", "organisation", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "retired_at", "role") VALUES (OLD."address", OLD."clinic_id", OLD."created_at", OLD."destination", OLD."email", OLD."id", OLD."name", OLD."notes", OLD."organisation", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phone", OLD."retired_at", OLD."role"); RETURN NULL;', hash='bbf598a68b62e2a623a5a2d51026a359bc0fa4b6', operation='DELETE', pgid='pgtrigger_delete_delete_f5ebb', table='referrals_specialist', when='AFTER')),
                ],
            },
        ),
        migrations.CreateModel(
            name='SpecialistEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('name', models.CharField(max_length=120, verbose_name='name of the person or service')),
                ('role', models.CharField(blank=True, max_length=120, verbose_name='role')),
                ('organisation', models.CharField(blank=True, max_length=160, verbose_name='organisation')),
                ('destination', models.CharField(choices=[('emergency_department', 'Emergency department'), ('spinal_on_call', 'Spinal on-call team'), ('spinal_service', 'Spinal or neurosurgery service'), ('mscc_coordinator', 'MSCC coordinator'), ('msk_triage', 'Musculoskeletal triage'), ('msk_physiotherapy', 'Musculoskeletal physiotherapy'), ('gp', 'GP'), ('orthopaedics_hip', 'Orthopaedics, hip'), ('orthopaedics_foot_ankle', 'Orthopaedics, foot and ankle'), ('neurology', 'Neurology'), ('rheumatology', 'Rheumatology'), ('vascular', 'Vascular service'), ('diabetic_foot_mdt', 'Diabetic foot team'), ('foot_protection_service', 'Foot protection service'), ('same_day_dvt_clinic', 'Same-day DVT clinic'), ('paediatrics_same_day', 'Paediatrics, same day'), ('pain_service', 'Pain service'), ('orthotics', 'Orthotics'), ('podiatry', 'Podiatry')], max_length=40, verbose_name='kind of service')),
                ('address', models.TextField(blank=True, max_length=500, verbose_name='address')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='telephone')),
                ('notes', models.TextField(blank=True, max_length=1000, verbose_name='notes')),
                ('retired_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('clinic', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='clinic.clinic')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='referrals.specialist')),
            ],
            options={
                'abstract': False,
                'triggers': [
                    pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='41c087679fa8fd54f54ae72ef3e8eaf5a15413a5', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_60397', table='referrals_specialistevent', when='BEFORE')),
                ],
            },
        ),
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('destination', models.CharField(choices=[('emergency_department', 'Emergency department'), ('spinal_on_call', 'Spinal on-call team'), ('spinal_service', 'Spinal or neurosurgery service'), ('mscc_coordinator', 'MSCC coordinator'), ('msk_triage', 'Musculoskeletal triage'), ('msk_physiotherapy', 'Musculoskeletal physiotherapy'), ('gp', 'GP'), ('orthopaedics_hip', 'Orthopaedics, hip'), ('orthopaedics_foot_ankle', 'Orthopaedics, foot and ankle'), ('neurology', 'Neurology'), ('rheumatology', 'Rheumatology'), ('vascular', 'Vascular service'), ('diabetic_foot_mdt', 'Diabetic foot team'), ('foot_protection_service', 'Foot protection service'), ('same_day_dvt_clinic', 'Same-day DVT clinic'), ('paediatrics_same_day', 'Paediatrics, same day'), ('pain_service', 'Pain service'), ('orthotics', 'Orthotics'), ('podiatry', 'Podiatry')], max_length=40, verbose_name='kind of service')),
                ('urgency', models.CharField(choices=[('emergency', 'Emergency, same day'), ('within_1_working_day', 'Within 1 working day'), ('urgent', 'Urgent, within 2 weeks'), ('soon', 'Soon, about 6 weeks'), ('routine', 'Routine'), ('none', 'No referral suggested')], max_length=24, verbose_name='urgency')),
                ('reason_for_urgency', models.TextField(blank=True, max_length=500, verbose_name='reason for the urgency')),
                ('question', models.TextField(max_length=1000, verbose_name='question to the specialist')),
                ('patient_wishes', models.TextField(blank=True, max_length=1000, verbose_name='what the patient is worried about and wants')),
                ('told_patient', models.TextField(blank=True, max_length=1000, verbose_name='what the patient was told')),
                ('consent_given', models.BooleanField(blank=True, null=True, verbose_name='patient agrees to the referral')),
                ('safety_net_given', models.BooleanField(blank=True, help_text='What to do if bladder, bowel, saddle or leg symptoms appear.', null=True, verbose_name='safety-net advice given')),
                ('interim_plan', models.TextField(blank=True, max_length=1000, verbose_name='plan until then')),
                ('phoned_at', models.DateTimeField(blank=True, null=True, verbose_name='phoned at')),
                ('phoned_to', models.CharField(blank=True, max_length=120, verbose_name='spoke to')),
                ('phone_advice', models.TextField(blank=True, max_length=1000, verbose_name='their advice')),
                ('state', models.CharField(choices=[('draft', 'To write'), ('signed', 'To send'), ('sent', 'Sent'), ('acknowledged', 'Acknowledged'), ('booked', 'Appointment booked'), ('seen', 'Seen by the specialist'), ('did_not_attend', 'Patient did not attend'), ('replied', 'Reply to read'), ('declined', 'Declined'), ('closed', 'Closed'), ('cancelled', 'Cancelled')], default='draft', max_length=20, verbose_name='state')),
                ('next_action', models.CharField(blank=True, max_length=120, verbose_name='next action')),
                ('next_action_on', models.DateField(blank=True, null=True, verbose_name='due on')),
                ('target_on', models.DateField(blank=True, null=True, verbose_name='specialist should see the patient by')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('signed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('sent_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('ended_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('end_reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='cases.case')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='clinic.clinic')),
                ('created_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='referrals_owned', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('sent_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('signed_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='cases.visit')),
                ('specialist', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='referrals.specialist', verbose_name='specialist')),
            ],
            options={
                'verbose_name': 'referral',
                'verbose_name_plural': 'referrals',
                'ordering': ['next_action_on', 'created_at'],
                'indexes': [
                    models.Index(condition=models.Q(('state__in', ['acknowledged', 'booked', 'declined', 'did_not_attend', 'draft', 'replied', 'seen', 'sent', 'signed'])), fields=['clinic', 'next_action_on', 'id'], name='referral_worklist'),
                    models.Index(fields=['case', '-created_at'], name='referral_by_case'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['acknowledged', 'booked', 'declined', 'did_not_attend', 'draft', 'replied', 'seen', 'sent', 'signed']), _negated=True), models.Q(('next_action_on__isnull', False), ('owner__isnull', False), models.Q(('next_action', ''), _negated=True)), _connector='OR'), name='open_referral_is_in_somebodys_hands'),
                    models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'signed', 'sent', 'acknowledged', 'booked', 'seen', 'did_not_attend', 'replied', 'declined', 'closed', 'cancelled'])), name='referral_state_is_known'),
                    models.CheckConstraint(condition=models.Q(('urgency__in', ['emergency', 'within_1_working_day', 'urgent', 'soon', 'routine', 'none'])), name='referral_urgency_is_known'),
                    models.CheckConstraint(condition=models.Q(('destination__in', ['emergency_department', 'spinal_on_call', 'spinal_service', 'mscc_coordinator', 'msk_triage', 'msk_physiotherapy', 'gp', 'orthopaedics_hip', 'orthopaedics_foot_ankle', 'neurology', 'rheumatology', 'vascular', 'diabetic_foot_mdt', 'foot_protection_service', 'same_day_dvt_clinic', 'paediatrics_same_day', 'pain_service', 'orthotics', 'podiatry'])), name='referral_destination_is_known'),
                    models.CheckConstraint(condition=models.Q(models.Q(('signed_at__isnull', True), ('signed_by__isnull', True)), models.Q(('signed_at__isnull', False), ('signed_by__isnull', False)), _connector='OR'), name='referral_signed_by_whom_and_when'),
                    models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', True), ('sent_by__isnull', True)), models.Q(('sent_at__isnull', False), ('sent_by__isnull', False)), _connector='OR'), name='referral_sent_by_whom_and_when'),
                    models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='referral_ended_by_whom_and_when'),
                    models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'cancelled']), models.Q(('signed_at__isnull', False), ('specialist__isnull', False)), _connector='OR'), name='referral_signed_before_it_goes_on'),
                    models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'signed', 'cancelled']), ('sent_at__isnull', False), _connector='OR'), name='referral_sent_before_it_goes_on'),
                    models.CheckConstraint(condition=models.Q(('sent_at__isnull', True), ('sent_at__gte', models.F('signed_at')), _connector='OR'), name='referral_signed_before_sent'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state', 'cancelled'), _negated=True), models.Q(('end_reason', ''), _negated=True), _connector='OR'), name='referral_cancelled_with_a_reason'),
                    models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('visit', 'destination'), name='one_referral_draft_a_destination'),
                ],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='case_in_same_clinic', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.case_id IS NOT NULL AND NOT EXISTS (\n                SELECT 1 FROM cases_case\n                WHERE id = NEW.case_id AND clinic_id = NEW.clinic_id\n            ) THEN\n                RAISE EXCEPTION 'case belongs to another clinic'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'case_in_same_clinic';\n            END IF;\n            RETURN NEW;\n        ", hash='3a48133b20d0bb842049d9f5dc6c35bd0ba19b96', operation='INSERT OR UPDATE', pgid='pgtrigger_case_in_same_clinic_c6cc4', table='referrals_referral', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='visit_in_same_clinic', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.visit_id IS NOT NULL AND NOT EXISTS (\n                SELECT 1 FROM cases_visit\n                WHERE id = NEW.visit_id AND clinic_id = NEW.clinic_id\n            ) THEN\n                RAISE EXCEPTION 'visit belongs to another clinic'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'visit_in_same_clinic';\n            END IF;\n            RETURN NEW;\n        ", hash='6e48a36cd213cf44b80c845049bd9fc7afd5f5b3', operation='INSERT OR UPDATE', pgid='pgtrigger_visit_in_same_clinic_dd956', table='referrals_referral', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='specialist_in_same_clinic', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.specialist_id IS NOT NULL AND NOT EXISTS (\n                SELECT 1 FROM referrals_specialist\n                WHERE id = NEW.specialist_id AND clinic_id = NEW.clinic_id\n            ) THEN\n                RAISE EXCEPTION 'specialist belongs to another clinic'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'specialist_in_same_clinic';\n            END IF;\n            RETURN NEW;\n        ", hash='5c2758f60678ddbae0751dbb1f1f47b0214092c6', operation='INSERT OR UPDATE', pgid='pgtrigger_specialist_in_same_clinic_970e6', table='referrals_referral', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='referral_steps', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{draft:cancelled,draft:signed,signed:cancelled,signed:sent,sent:acknowledged,sent:booked,sent:cancelled,sent:declined,sent:replied,sent:seen,acknowledged:booked,acknowledged:cancelled,acknowledged:declined,acknowledged:replied,acknowledged:seen,booked:cancelled,booked:declined,booked:did_not_attend,booked:replied,booked:seen,did_not_attend:booked,did_not_attend:cancelled,did_not_attend:declined,did_not_attend:replied,seen:cancelled,seen:replied,replied:closed,declined:cancelled,declined:closed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='257b821ebad75c811da4c5a033b9806930d5c16a', operation='UPDATE', pgid='pgtrigger_referral_steps_1b028', table='referrals_referral', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='referral_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='30694ca85c28977287ad15238d9ed1269fee0e20', operation='DELETE', pgid='pgtrigger_referral_kept_1ca5d', table='referrals_referral', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "referrals_referralevent" ("case_id", "clinic_id", "consent_given", "created_at", "created_by_id", "destination", "end_reason", "ended_at", "ended_by_id", "id", "interim_plan", "next_action", "next_action_on", "owner_id", "patient_wishes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone_advice", "phoned_at", "phoned_to", "question", "reason_for_urgency", "safety_net_given", "sent_at", "sent_by_id", "signed_at", "signed_by_id", "specialist_id", "state", "target_on", "told_patient", "urgency", "version", "visit_id") VALUES (NEW."case_id", NEW."clinic_id", NEW."consent_given", NEW."created_at", NEW."created_by_id", NEW."destination", NEW."end_reason", NEW."ended_at", NEW."ended_by_id", NEW."id", NEW."interim_plan", NEW."next_action", NEW."next_action_on", NEW."owner_id", NEW."patient_wishes", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone_advice", NEW."phoned_at", NEW."phoned_to", NEW."question", NEW."reason_for_urgency", NEW."safety_net_given", NEW."sent_at", NEW."sent_by_id", NEW."signed_at", NEW."signed_by_id", NEW."specialist_id", NEW."state", NEW."target_on", NEW."told_patient", NEW."urgency", NEW."version", NEW."visit_id"); RETURN NULL;', hash='cbb0ad72988f3e5f8872b34450cb645f970dcedc', operation='INSERT', pgid='pgtrigger_insert_insert_a74c8', table='referrals_referral', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "referrals_referralevent" ("case_id", "clinic_id", "consent_given", "created_at", "created_by_id", "destination", "end_reason", "ended_at", "ended_by_id", "id", "interim_plan", "next_action", "next_action_on", "owner_id", "patient_wishes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone_advice", "phoned_at", "phoned_to", "question", "reason_for_urgency", "safety_net_given", "sent_at", "sent_by_id", "signed_at", "signed_by_id", "specialist_id", "state", "target_on", "told_patient", "urgency", "version", "visit_id") VALUES (NEW."case_id", NEW."clinic_id", NEW."consent_given", NEW."created_at", NEW."created_by_id", NEW."destination", NEW."end_reason", NEW."ended_at", NEW."ended_by_id", NEW."id", NEW."interim_plan", NEW."next_action", NEW."next_action_on", NEW."owner_id", NEW."patient_wishes", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone_advice", NEW."phoned_at", NEW."phoned_to", NEW."question", NEW."reason_for_urgency", NEW."safety_net_given", NEW."sent_at", NEW."sent_by_id", NEW."signed_at", NEW."signed_by_id", NEW."specialist_id", NEW."state", NEW."target_on", NEW."told_patient", NEW."urgency", NEW."version", NEW."visit_id"); RETURN NULL;', hash='0290fe277291ee3911593a7f258df249e6345ae6', operation='UPDATE', pgid='pgtrigger_update_update_223e7', table='referrals_referral', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "referrals_referralevent" ("case_id", "clinic_id", "consent_given", "created_at", "created_by_id", "destination", "end_reason", "ended_at", "ended_by_id", "id", "interim_plan", "next_action", "next_action_on", "owner_id", "patient_wishes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone_advice", "phoned_at", "phoned_to", "question", "reason_for_urgency", "safety_net_given", "sent_at", "sent_by_id", "signed_at", "signed_by_id", "specialist_id", "state", "target_on", "told_patient", "urgency", "version", "visit_id") VALUES (OLD."case_id", OLD."clinic_id", OLD."consent_given", OLD."created_at", OLD."created_by_id", OLD."destination", OLD."end_reason", OLD."ended_at", OLD."ended_by_id", OLD."id", OLD."interim_plan", OLD."next_action", OLD."next_action_on", OLD."owner_id", OLD."patient_wishes", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phone_advice", OLD."phoned_at", OLD."phoned_to", OLD."question", OLD."reason_for_urgency", OLD."safety_net_given", OLD."sent_at", OLD."sent_by_id", OLD."signed_at", OLD."signed_by_id", OLD."specialist_id", OLD."state", OLD."target_on", OLD."told_patient", OLD."urgency", OLD."version", OLD."visit_id"); RETURN NULL;', hash='93059f67849da493caf4da4e1a00268e0a9211a1', operation='DELETE', pgid='pgtrigger_delete_delete_e24da', table='referrals_referral', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='visit_in_same_case', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.visit_id IS NOT NULL AND NOT EXISTS (\n                SELECT 1 FROM cases_visit\n                WHERE id = NEW.visit_id AND case_id = NEW.case_id\n            ) THEN\n                RAISE EXCEPTION 'visit belongs to another case'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'visit_in_same_case';\n            END IF;\n            RETURN NEW;\n        ", hash='dc6e8fcaf8759298c51d487ad96d28648dceb8f2', operation='INSERT OR UPDATE', pgid='pgtrigger_visit_in_same_case_20ab1', table='referrals_referral', when='BEFORE')),
                ],
            },
        ),
        migrations.CreateModel(
            name='ReferralEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('destination', models.CharField(choices=[('emergency_department', 'Emergency department'), ('spinal_on_call', 'Spinal on-call team'), ('spinal_service', 'Spinal or neurosurgery service'), ('mscc_coordinator', 'MSCC coordinator'), ('msk_triage', 'Musculoskeletal triage'), ('msk_physiotherapy', 'Musculoskeletal physiotherapy'), ('gp', 'GP'), ('orthopaedics_hip', 'Orthopaedics, hip'), ('orthopaedics_foot_ankle', 'Orthopaedics, foot and ankle'), ('neurology', 'Neurology'), ('rheumatology', 'Rheumatology'), ('vascular', 'Vascular service'), ('diabetic_foot_mdt', 'Diabetic foot team'), ('foot_protection_service', 'Foot protection service'), ('same_day_dvt_clinic', 'Same-day DVT clinic'), ('paediatrics_same_day', 'Paediatrics, same day'), ('pain_service', 'Pain service'), ('orthotics', 'Orthotics'), ('podiatry', 'Podiatry')], max_length=40, verbose_name='kind of service')),
                ('urgency', models.CharField(choices=[('emergency', 'Emergency, same day'), ('within_1_working_day', 'Within 1 working day'), ('urgent', 'Urgent, within 2 weeks'), ('soon', 'Soon, about 6 weeks'), ('routine', 'Routine'), ('none', 'No referral suggested')], max_length=24, verbose_name='urgency')),
                ('reason_for_urgency', models.TextField(blank=True, max_length=500, verbose_name='reason for the urgency')),
                ('question', models.TextField(max_length=1000, verbose_name='question to the specialist')),
                ('patient_wishes', models.TextField(blank=True, max_length=1000, verbose_name='what the patient is worried about and wants')),
                ('told_patient', models.TextField(blank=True, max_length=1000, verbose_name='what the patient was told')),
                ('consent_given', models.BooleanField(blank=True, null=True, verbose_name='patient agrees to the referral')),
                ('safety_net_given', models.BooleanField(blank=True, help_text='What to do if bladder, bowel, saddle or leg symptoms appear.', null=True, verbose_name='safety-net advice given')),
                ('interim_plan', models.TextField(blank=True, max_length=1000, verbose_name='plan until then')),
                ('phoned_at', models.DateTimeField(blank=True, null=True, verbose_name='phoned at')),
                ('phoned_to', models.CharField(blank=True, max_length=120, verbose_name='spoke to')),
                ('phone_advice', models.TextField(blank=True, max_length=1000, verbose_name='their advice')),
                ('state', models.CharField(choices=[('draft', 'To write'), ('signed', 'To send'), ('sent', 'Sent'), ('acknowledged', 'Acknowledged'), ('booked', 'Appointment booked'), ('seen', 'Seen by the specialist'), ('did_not_attend', 'Patient did not attend'), ('replied', 'Reply to read'), ('declined', 'Declined'), ('closed', 'Closed'), ('cancelled', 'Cancelled')], default='draft', max_length=20, verbose_name='state')),
                ('next_action', models.CharField(blank=True, max_length=120, verbose_name='next action')),
                ('next_action_on', models.DateField(blank=True, null=True, verbose_name='due on')),
                ('target_on', models.DateField(blank=True, null=True, verbose_name='specialist should see the patient by')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('signed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('sent_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('ended_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('end_reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('case', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='cases.case')),
                ('clinic', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='clinic.clinic')),
                ('created_by', models.ForeignKey(db_constraint=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='referrals.referral')),
                ('sent_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('signed_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('visit', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='cases.visit')),
                ('specialist', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='referrals.specialist', verbose_name='specialist')),
            ],
            options={
                'abstract': False,
                'triggers': [
                    pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1a61dcd844caf3ca043cd5fc836a4fbfb5122b75', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d0304', table='referrals_referralevent', when='BEFORE')),
                ],
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField(default=1, verbose_name='version')),
                ('content', models.JSONField()),
                ('signed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='clinic.clinic')),
                ('replaces', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='referrals.letter')),
                ('signed_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='referrals.referral')),
            ],
            options={
                'verbose_name': 'letter',
                'verbose_name_plural': 'letters',
                'ordering': ['-number'],
                'constraints': [
                    models.UniqueConstraint(fields=('referral', 'number'), name='letter_version_once'),
                ],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='referral_in_same_clinic', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.referral_id IS NOT NULL AND NOT EXISTS (\n                SELECT 1 FROM referrals_referral\n                WHERE id = NEW.referral_id AND clinic_id = NEW.clinic_id\n            ) THEN\n                RAISE EXCEPTION 'referral belongs to another clinic'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'referral_in_same_clinic';\n            END IF;\n            RETURN NEW;\n        ", hash='7cd96d901f3e9443197da45671970c30d74beda6', operation='INSERT OR UPDATE', pgid='pgtrigger_referral_in_same_clinic_213fe', table='referrals_letter', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='81b5d9cc58b13f12bcaaab0aded617daf87797bd', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_bfad7', table='referrals_letter', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "referrals_letterevent" ("clinic_id", "content", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "referral_id", "replaces_id", "signed_at", "signed_by_id") VALUES (NEW."clinic_id", NEW."content", NEW."id", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."referral_id", NEW."replaces_id", NEW."signed_at", NEW."signed_by_id"); RETURN NULL;', hash='e041c8716a36a789de707d2d830fb3ec0db4d74f', operation='INSERT', pgid='pgtrigger_insert_insert_222f5', table='referrals_letter', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "referrals_letterevent" ("clinic_id", "content", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "referral_id", "replaces_id", "signed_at", "signed_by_id") VALUES (NEW."clinic_id", NEW."content", NEW."id", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."referral_id", NEW."replaces_id", NEW."signed_at", NEW."signed_by_id"); RETURN NULL;', hash='2be0991ae0786b3763cc6df4fa9b85c6edd45703', operation='UPDATE', pgid='pgtrigger_update_update_9636e', table='referrals_letter', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "referrals_letterevent" ("clinic_id", "content", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "referral_id", "replaces_id", "signed_at", "signed_by_id") VALUES (OLD."clinic_id", OLD."content", OLD."id", OLD."number", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."referral_id", OLD."replaces_id", OLD."signed_at", OLD."signed_by_id"); RETURN NULL;', hash='d0e3bd4acc4ccc4d7edda6bd0910ee6973005a72', operation='DELETE', pgid='pgtrigger_delete_delete_7901a', table='referrals_letter', when='AFTER')),
                ],
            },
        ),
        migrations.CreateModel(
            name='LetterEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('number', models.PositiveSmallIntegerField(default=1, verbose_name='version')),
                ('content', models.JSONField()),
                ('signed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('clinic', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='clinic.clinic')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='referrals.letter')),
                ('replaces', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='referrals.letter')),
                ('signed_by', models.ForeignKey(db_constraint=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('referral', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='referrals.referral')),
            ],
            options={
                'abstract': False,
                'triggers': [
                    pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7feb7803926eecbb52b973d350ef532af5f475b1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_33ced', table='referrals_letterevent', when='BEFORE')),
                ],
            },
        ),
        migrations.CreateModel(
            name='Dispatch',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('channel', models.CharField(choices=[('post', 'Post'), ('email', 'E-mail'), ('portal', 'Referral portal'), ('by_hand', 'By hand, with the patient')], max_length=10, verbose_name='sent by')),
                ('recipient', models.CharField(max_length=300, verbose_name='recipient')),
                ('sent_on', models.DateField(verbose_name='sent on')),
                ('sha256', models.CharField(max_length=64)),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dispatches', to='clinic.clinic')),
                ('recorded_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('letter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dispatches', to='referrals.letter')),
            ],
            options={
                'verbose_name': 'dispatch',
                'verbose_name_plural': 'dispatches',
                'ordering': ['-recorded_at'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('channel__in', ['post', 'email', 'portal', 'by_hand'])), name='dispatch_channel_is_known'),
                ],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='letter_in_same_clinic', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.letter_id IS NOT NULL AND NOT EXISTS (\n                SELECT 1 FROM referrals_letter\n                WHERE id = NEW.letter_id AND clinic_id = NEW.clinic_id\n            ) THEN\n                RAISE EXCEPTION 'letter belongs to another clinic'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'letter_in_same_clinic';\n            END IF;\n            RETURN NEW;\n        ", hash='c6277e432b3dcefac6b5471fce380948e08dd36d', operation='INSERT OR UPDATE', pgid='pgtrigger_letter_in_same_clinic_8bf38', table='referrals_dispatch', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8d384afc0adf0e2a20a39ea794b3121643d8ceae', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ba790', table='referrals_dispatch', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "referrals_dispatchevent" ("channel", "clinic_id", "id", "letter_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recipient", "recorded_at", "recorded_by_id", "sent_on", "sha256") VALUES (NEW."channel", NEW."clinic_id", NEW."id", NEW."letter_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."recipient", NEW."recorded_at", NEW."recorded_by_id", NEW."sent_on", NEW."sha256"); RETURN NULL;', hash='3f6b33c7248fe11c362cf040f75fb85b2de89deb', operation='INSERT', pgid='pgtrigger_insert_insert_f42b6', table='referrals_dispatch', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "referrals_dispatchevent" ("channel", "clinic_id", "id", "letter_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recipient", "recorded_at", "recorded_by_id", "sent_on", "sha256") VALUES (NEW."channel", NEW."clinic_id", NEW."id", NEW."letter_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."recipient", NEW."recorded_at", NEW."recorded_by_id", NEW."sent_on", NEW."sha256"); RETURN NULL;', hash='5055a383e5f97074e61110d8b3f3de85bbc75a55', operation='UPDATE', pgid='pgtrigger_update_update_ad8c5', table='referrals_dispatch', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "referrals_dispatchevent" ("channel", "clinic_id", "id", "letter_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recipient", "recorded_at", "recorded_by_id", "sent_on", "sha256") VALUES (OLD."channel", OLD."clinic_id", OLD."id", OLD."letter_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."recipient", OLD."recorded_at", OLD."recorded_by_id", OLD."sent_on", OLD."sha256"); RETURN NULL;', hash='f1284a3e1a9df2ec0379f77c5ff061a554c85f36', operation='DELETE', pgid='pgtrigger_delete_delete_baeda', table='referrals_dispatch', when='AFTER')),
                ],
            },
        ),
        migrations.CreateModel(
            name='DispatchEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('channel', models.CharField(choices=[('post', 'Post'), ('email', 'E-mail'), ('portal', 'Referral portal'), ('by_hand', 'By hand, with the patient')], max_length=10, verbose_name='sent by')),
                ('recipient', models.CharField(max_length=300, verbose_name='recipient')),
                ('sent_on', models.DateField(verbose_name='sent on')),
                ('sha256', models.CharField(max_length=64)),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('clinic', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='clinic.clinic')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='referrals.dispatch')),
                ('recorded_by', models.ForeignKey(db_constraint=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('letter', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='referrals.letter')),
            ],
            options={
                'abstract': False,
                'triggers': [
                    pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0d937e647276d2e70e78d7756b26a0c94176c318', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_2b521', table='referrals_dispatchevent', when='BEFORE')),
                ],
            },
        ),
        migrations.CreateModel(
            name='LetterFile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('pdf', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('substituted', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, help_text='Characters that no font of ours can show.', size=None)),
                ('letter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='file', to='referrals.letter')),
            ],
            options={
                'verbose_name': 'letter file',
                'verbose_name_plural': 'letter files',
                'triggers': [
                    pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9027d743f9633aa217e75ae5a5ca1d16caa82032', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_e35b1', table='referrals_letterfile', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='hash_is_of_these_bytes', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF NEW.sha256 <> encode(sha256(NEW.pdf), 'hex') THEN\n                        RAISE EXCEPTION 'the hash is not that of the bytes'\n                            USING ERRCODE = 'check_violation',\n                                  CONSTRAINT = 'hash_is_of_these_bytes';\n                    END IF;\n                    RETURN NEW;\n                ", hash='e0a0b0a343007b25a02877b87ef586b412de6ee4', operation='INSERT', pgid='pgtrigger_hash_is_of_these_bytes_47231', table='referrals_letterfile', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "referrals_letterfileevent" ("id", "letter_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256", "substituted") VALUES (NEW."id", NEW."letter_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."sha256", NEW."substituted"); RETURN NULL;', hash='586538595b95ecf72777e0ea257c8a1840b6f71d', operation='INSERT', pgid='pgtrigger_insert_insert_e5c9a', table='referrals_letterfile', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."letter_id" IS DISTINCT FROM (NEW."letter_id") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."substituted" IS DISTINCT FROM (NEW."substituted"))', func='INSERT INTO "referrals_letterfileevent" ("id", "letter_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256", "substituted") VALUES (NEW."id", NEW."letter_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."sha256", NEW."substituted"); RETURN NULL;', hash='1b8cc6480ebf9bf1b30ae0ca52d625ed09e2ee63', operation='UPDATE', pgid='pgtrigger_update_update_24c31', table='referrals_letterfile', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "referrals_letterfileevent" ("id", "letter_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256", "substituted") VALUES (OLD."id", OLD."letter_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."sha256", OLD."substituted"); RETURN NULL;', hash='a5524def7b308d15ba27d100303800766377ffbe', operation='DELETE', pgid='pgtrigger_delete_delete_cd2dd', table='referrals_letterfile', when='AFTER')),
                ],
            },
        ),
        migrations.CreateModel(
            name='LetterFileEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('sha256', models.CharField(max_length=64)),
                ('substituted', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, help_text='Characters that no font of ours can show.', size=None)),
                ('letter', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='referrals.letter')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='referrals.letterfile')),
            ],
            options={
                'abstract': False,
                'triggers': [
                    pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4a727e3ecc78e550197fea49f45bf98424b36dc8', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_28ac4', table='referrals_letterfileevent', when='BEFORE')),
                ],
            },
        ),
    ]
