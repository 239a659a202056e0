"""Availabilities, compositions of groups, duos."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('codev', '0002_threads'),
    ]

    operations = [
        migrations.CreateModel(
            name='DuoRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(unique=True, verbose_name='mois')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='tiré le')),
                ('pairs', models.PositiveIntegerField(default=0, verbose_name='duos')),
                ('left_out', models.PositiveIntegerField(default=0, verbose_name='sans duo')),
            ],
            options={
                'verbose_name': 'tirage des duos',
                'verbose_name_plural': 'tirages des duos',
                'ordering': ['-month'],
            },
        ),
        migrations.CreateModel(
            name='Composition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='titre')),
                ('text', models.TextField(blank=True, verbose_name='de quoi il s’agit')),
                ('closes_on', models.DateField(verbose_name='réponses jusqu’au')),
                ('starts_on', models.DateField(verbose_name='début des groupes')),
                ('minutes', models.PositiveSmallIntegerField(default=90, verbose_name='durée d’une séance, en minutes')),
                ('smallest', models.PositiveSmallIntegerField(default=5, verbose_name='au moins')),
                ('largest', models.PositiveSmallIntegerField(default=8, verbose_name='au plus')),
                ('state', models.CharField(choices=[('open', 'réponses attendues'), ('proposed', 'proposition à relire'), ('accepted', 'groupes ouverts'), ('dropped', 'abandonnée')], default='open', max_length=10, verbose_name='état')),
                ('rounds', models.PositiveIntegerField(default=0, verbose_name='compositions demandées')),
                ('job_id', models.UUIDField(blank=True, null=True, verbose_name='travail')),
                ('seconds', models.FloatField(blank=True, null=True, verbose_name='temps de calcul')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='ouvert le')),
                ('composed_at', models.DateTimeField(blank=True, null=True, verbose_name='composé le')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='fini le')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ouvert par')),
            ],
            options={
                'verbose_name': 'composition de groupes',
                'verbose_name_plural': 'compositions de groupes',
                'ordering': ['-created_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='composition_has_a_title'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'proposed', 'accepted', 'dropped'])), name='composition_state_known'), models.CheckConstraint(condition=models.Q(('closes_on__lte', models.F('starts_on'))), name='composition_closes_before_start'), models.CheckConstraint(condition=models.Q(('minutes__range', (30, 240))), name='composition_lasts_a_while'), models.CheckConstraint(condition=models.Q(('largest__lte', 8), ('smallest__gte', 5), ('smallest__lte', models.F('largest'))), name='composition_sizes_of_a_codev_group'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'proposed'), _negated=True), ('composed_at__isnull', False), _connector='OR'), name='composition_proposed_has_a_date'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('state__in', ['accepted', 'dropped'])), models.Q(('ended_at__isnull', True), ('state__in', ['open', 'proposed'])), _connector='OR'), name='composition_ended_has_a_date')],
            },
        ),
        migrations.CreateModel(
            name='ComposedGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='numéro')),
                ('group', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='composed_from', to='codev.group', verbose_name='groupe')),
                ('composition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='groups', to='codev.composition', verbose_name='composition')),
            ],
            options={
                'verbose_name': 'groupe proposé',
                'verbose_name_plural': 'groupes proposés',
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('composition', 'number'), name='composed_group_number_once'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='composed_group_number_from_one')],
            },
        ),
        migrations.CreateModel(
            name='Duo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='mois')),
                ('proposed', models.JSONField(blank=True, default=list, verbose_name='créneaux proposés')),
                ('starts_at', models.DateTimeField(blank=True, null=True, verbose_name='rendez-vous')),
                ('video_url', models.URLField(blank=True, max_length=300, verbose_name='lien de visioconférence')),
                ('agreed_at', models.DateTimeField(blank=True, null=True, verbose_name='accepté le')),
                ('cancelled_at', models.DateTimeField(blank=True, null=True, verbose_name='annulé le')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='tiré le')),
                ('chosen_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='choisi par')),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='membre')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='autre membre')),
            ],
            options={
                'verbose_name': 'duo',
                'verbose_name_plural': 'duos',
                'ordering': ['-month', 'pk'],
                'indexes': [models.Index(fields=['month'], name='duo_month')],
                'constraints': [models.UniqueConstraint(fields=('first', 'second'), name='duo_pair_once_a_year'), models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='duo_in_order'), models.CheckConstraint(condition=models.Q(('agreed_at__isnull', True), ('starts_at__isnull', False), _connector='OR'), name='duo_agreed_on_a_moment')],
            },
        ),
        migrations.CreateModel(
            name='DuoMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('joined_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='accord donné le')),
                ('stopped_at', models.DateTimeField(blank=True, null=True, verbose_name='arrêté le')),
                ('skipped_month', models.DateField(blank=True, null=True, verbose_name='mois passé')),
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='codev_duo_member', to=settings.AUTH_USER_MODEL, verbose_name='membre')),
            ],
            options={
                'verbose_name': 'participation aux duos',
                'verbose_name_plural': 'participations aux duos',
                'constraints': [models.CheckConstraint(condition=models.Q(('stopped_at__isnull', True), ('stopped_at__gte', models.F('joined_at')), _connector='OR'), name='duo_member_stops_after_joining')],
            },
        ),
        migrations.CreateModel(
            name='DuoTurn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='mois')),
                ('outcome', models.CharField(choices=[('paired', 'en duo'), ('left_out', 'sans duo, prioritaire le mois suivant'), ('skipped', 'a passé son tour')], max_length=8, verbose_name='issue')),
                ('duo', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='turns', to='codev.duo', verbose_name='duo')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codev_duo_turns', to=settings.AUTH_USER_MODEL, verbose_name='membre')),
            ],
            options={
                'verbose_name': 'mois d’un membre',
                'verbose_name_plural': 'mois des membres',
                'ordering': ['-month', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('member', 'month'), name='duo_turn_once_a_month'), models.CheckConstraint(condition=models.Q(('outcome__in', ['paired', 'left_out', 'skipped'])), name='duo_turn_outcome_known')],
            },
        ),
        migrations.CreateModel(
            name='SeatRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('with_colleagues', models.BooleanField(default=False, verbose_name='accepte des collègues')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='demandé le')),
                ('composition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requests', to='codev.composition', verbose_name='appel')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codev_seat_requests', to=settings.AUTH_USER_MODEL, verbose_name='membre')),
            ],
            options={
                'verbose_name': 'demande de groupe',
                'verbose_name_plural': 'demandes de groupe',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('composition', 'member'), name='seat_request_once')],
            },
        ),
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_moved', models.BooleanField(default=False, verbose_name='placée à la main')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='codev.composedgroup', verbose_name='groupe proposé')),
                ('request', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='seat', to='codev.seatrequest', verbose_name='demande')),
            ],
            options={
                'verbose_name': 'place proposée',
                'verbose_name_plural': 'places proposées',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SeatWish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('together', 'être avec'), ('apart', 'ne pas être avec')], max_length=8, verbose_name='souhait')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='membre')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wishes', to='codev.seatrequest', verbose_name='demande')),
            ],
            options={
                'verbose_name': 'souhait',
                'verbose_name_plural': 'souhaits',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('request', 'member'), name='seat_wish_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['together', 'apart'])), name='seat_wish_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='Availability',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('blocks', models.BigIntegerField(default=0, verbose_name='créneaux')),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='dites le')),
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='codev_availability', to=settings.AUTH_USER_MODEL, verbose_name='membre')),
            ],
            options={
                'verbose_name': 'disponibilités',
                'verbose_name_plural': 'disponibilités',
                'constraints': [models.CheckConstraint(condition=models.Q(('blocks__range', (0, 72057594037927935))), name='availability_is_a_week')],
            },
        ),
    ]
