import alliage.rooms.models.rooms
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('jobs', '0001_initial'),  # after third parties: see there
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Room',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(default=alliage.rooms.models.rooms.new_code, editable=False, max_length=16, unique=True, verbose_name='code')),
                ('title', models.CharField(max_length=160, verbose_name='titre')),
                ('purpose', models.CharField(max_length=40, verbose_name='pour quoi')),
                ('purpose_id', models.CharField(blank=True, max_length=64, verbose_name='pour lequel')),
                ('content', models.JSONField(verbose_name='étapes')),
                ('state', models.CharField(choices=[('prepared', 'pas encore commencée'), ('open', 'en cours'), ('closed', 'terminée')], default='prepared', max_length=10, verbose_name='état')),
                ('is_confidential', models.BooleanField(default=False, verbose_name='confidentielle')),
                ('is_rehearsal', models.BooleanField(default=False, verbose_name='répétition')),
                ('video_url', models.URLField(blank=True, max_length=500, verbose_name='adresse de la visioconférence')),
                ('phone', models.CharField(blank=True, max_length=60, verbose_name='numéro de téléphone de la réunion')),
                ('phase', models.SmallIntegerField(default=-1, verbose_name='rang de l’étape')),
                ('phase_began_at', models.DateTimeField(blank=True, null=True, verbose_name='étape commencée à')),
                ('ends_at', models.DateTimeField(blank=True, null=True, verbose_name='fin prévue de l’étape')),
                ('left_seconds', models.IntegerField(blank=True, null=True, verbose_name='temps qui reste, horloge arrêtée')),
                ('last_number', models.PositiveBigIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='préparée le')),
                ('opened_at', models.DateTimeField(blank=True, null=True, verbose_name='ouverte le')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='terminée le')),
                ('purge_on', models.DateField(blank=True, null=True, verbose_name='effacée le')),
                ('erased_at', models.DateTimeField(blank=True, null=True, verbose_name='contenu effacé le')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='préparée par')),
            ],
            options={
                'verbose_name': 'salle',
                'verbose_name_plural': 'salles',
                'ordering': ['-created_at'],
                'indexes': [models.Index(fields=['purpose', 'purpose_id'], name='room_purpose'), models.Index(fields=['purge_on'], name='room_purge'), models.Index(fields=['state', 'ends_at'], name='room_clock')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['prepared', 'open', 'closed'])), name='room_state_known'), models.CheckConstraint(condition=models.Q(('phase__gte', -1)), name='room_phase_known'), models.CheckConstraint(condition=models.Q(('ends_at__isnull', True), ('left_seconds__isnull', True), _connector='OR'), name='room_clock_runs_or_is_stopped'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state', 'closed')), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at__isnull', True)), _connector='OR'), name='room_closed_has_a_date')],
            },
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='nom')),
                ('role', models.CharField(choices=[('facilitator', 'animation'), ('client', 'client'), ('consultant', 'consultant'), ('observer', 'observation'), ('speaker', 'intervention'), ('participant', 'participation')], max_length=12, verbose_name='rôle')),
                ('may_facilitate', models.BooleanField(default=False, verbose_name='peut prendre l’animation')),
                ('key_digest', models.CharField(blank=True, default='', max_length=64)),
                ('has_device', models.BooleanField(default=True, verbose_name='est connectée')),
                ('is_fictitious', models.BooleanField(default=False, verbose_name='fictive')),
                ('joined_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='arrivée à')),
                ('seen_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='vue à')),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='membre')),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='rooms.room', verbose_name='salle')),
            ],
            options={
                'verbose_name': 'personne dans la salle',
                'verbose_name_plural': 'personnes dans la salle',
                'ordering': ['joined_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['facilitator', 'client', 'consultant', 'observer', 'speaker', 'participant'])), name='participant_role_known'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='participant_has_a_name'), models.UniqueConstraint(fields=('room', 'member'), name='participant_once_per_member'), models.UniqueConstraint(condition=models.Q(('key_digest', ''), _negated=True), fields=('room', 'key_digest'), name='participant_once_per_browser'), models.UniqueConstraint(condition=models.Q(('role', 'client')), fields=('room',), name='participant_one_client_per_room')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField(verbose_name='numéro')),
                ('at', models.DateTimeField(verbose_name='à')),
                ('kind', models.CharField(choices=[('opened', 'ouverte'), ('closed', 'terminée'), ('phase', 'étape'), ('clock', 'horloge'), ('joined', 'arrivée'), ('role', 'rôle'), ('card', 'écrit'), ('card_gone', 'écrit retiré'), ('turn', 'parole'), ('poll', 'sondage'), ('polled', 'réponse'), ('erased', 'effacée')], max_length=12, verbose_name='sorte')),
                ('phase', models.CharField(blank=True, max_length=40, verbose_name='étape')),
                ('data', models.JSONField(default=dict, verbose_name='ce dont il s’agit')),
                ('act', models.UUIDField(blank=True, null=True, verbose_name='acte')),
                ('participant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='rooms.participant', verbose_name='par')),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='rooms.room', verbose_name='salle')),
            ],
            options={
                'verbose_name': 'événement',
                'verbose_name_plural': 'événements',
                'ordering': ['room', 'number'],
                'constraints': [models.UniqueConstraint(fields=('room', 'number'), name='event_number_once_per_room'), models.UniqueConstraint(fields=('room', 'act'), name='event_act_once_per_room'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='event_numbers_begin_at_one'), models.CheckConstraint(condition=models.Q(('kind__in', ['opened', 'closed', 'phase', 'clock', 'joined', 'role', 'card', 'card_gone', 'turn', 'poll', 'polled', 'erased'])), name='event_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='Card',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phase', models.CharField(max_length=40, verbose_name='étape')),
                ('kind', models.CharField(max_length=40, verbose_name='sorte')),
                ('text', models.TextField(verbose_name='texte')),
                ('state', models.CharField(choices=[('private', 'pour soi'), ('waiting', 'attend l’animation'), ('shown', 'montrée'), ('hidden', 'masquée')], default='shown', max_length=8, verbose_name='état')),
                ('number', models.PositiveBigIntegerField(verbose_name='numéro')),
                ('votes_count', models.PositiveIntegerField(default=0, verbose_name='choix')),
                ('written_at', models.DateTimeField(verbose_name='écrit à')),
                ('changed_at', models.DateTimeField(blank=True, null=True, verbose_name='changé à')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='répondu à')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='cards', to='rooms.participant', verbose_name='par')),
                ('typed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='rooms.participant', verbose_name='tapé par')),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cards', to='rooms.room', verbose_name='salle')),
            ],
            options={
                'verbose_name': 'écrit',
                'verbose_name_plural': 'écrits',
                'ordering': ['number'],
                'indexes': [models.Index(fields=['room', 'phase', 'kind'], name='card_place')],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='card_says_something'), models.CheckConstraint(condition=models.Q(('state__in', ['private', 'waiting', 'shown', 'hidden'])), name='card_state_known'), models.UniqueConstraint(fields=('room', 'number'), name='card_number_once_per_room')],
            },
        ),
        migrations.CreateModel(
            name='RunSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(blank=True, max_length=60, null=True, unique=True, verbose_name='code')),
                ('content', models.JSONField(verbose_name='étapes')),
                ('is_shared', models.BooleanField(default=False, verbose_name='montré aux autres membres')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='créé le')),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='changé le')),
                ('made_from', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='rooms.runsheet', verbose_name='tiré de')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='run_sheets', to=settings.AUTH_USER_MODEL, verbose_name='à')),
            ],
            options={
                'verbose_name': 'déroulé',
                'verbose_name_plural': 'déroulés',
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('code__isnull', False), ('owner__isnull', True)), models.Q(('code__isnull', True), ('owner__isnull', False)), _connector='OR'), name='run_sheet_has_a_code_or_an_owner')],
            },
        ),
        migrations.CreateModel(
            name='Turn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(verbose_name='demandée à')),
                ('given_at', models.DateTimeField(blank=True, null=True, verbose_name='donnée à')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='terminée à')),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='turns', to='rooms.participant', verbose_name='personne')),
            ],
            options={
                'verbose_name': 'tour de parole',
                'verbose_name_plural': 'tours de parole',
                'ordering': ['asked_at', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('participant',), name='turn_one_open_per_participant')],
            },
        ),
        migrations.CreateModel(
            name='CardVote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='rooms.card', verbose_name='écrit')),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='rooms.participant', verbose_name='par')),
            ],
            options={
                'verbose_name': 'choix',
                'verbose_name_plural': 'choix',
                'constraints': [models.UniqueConstraint(fields=('card', 'participant'), name='card_vote_once_each')],
            },
        ),
    ]
