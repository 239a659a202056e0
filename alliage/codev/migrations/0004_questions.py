"""Questions to peers, their answers, the watch over them."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('codev', '0003_composing'),
        ('library', '0006_exchange'),
        ('taxonomy', '0001_initial'),
        ('territories', '0002_perimeters_change'),
    ]

    operations = [
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='texte')),
                ('reuse', models.CharField(choices=[('ask', 'demandez-moi d’abord'), ('named', 'd’accord, en me citant'), ('unnamed', 'd’accord, sans mon nom'), ('no', 'non')], default='ask', max_length=8, verbose_name='dans une ressource')),
                ('thanks_count', models.PositiveIntegerField(default=0, verbose_name='mercis')),
                ('sent_key', models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ('is_hidden', models.BooleanField(default=False, verbose_name='masquée par la modération')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='écrite le')),
                ('edited_at', models.DateTimeField(blank=True, null=True, verbose_name='modifiée le')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='écrite par')),
            ],
            options={
                'verbose_name': 'réponse d’entraide',
                'verbose_name_plural': 'réponses d’entraide',
                'ordering': ['created_at', 'pk'],
                'indexes': [models.Index(fields=['author', '-created_at'], name='help_answer_mine')],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='help_answer_says_something'), models.CheckConstraint(condition=models.Q(('reuse__in', ['ask', 'named', 'unnamed', 'no'])), name='help_answer_reuse_known')],
            },
        ),
        migrations.CreateModel(
            name='Birth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='commencée le')),
                ('answer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='birth', to='codev.answer', verbose_name='réponse')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='commencée par')),
                ('resource', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='library.resource', verbose_name='ressource')),
            ],
            options={
                'verbose_name': 'ressource née d’une réponse',
                'verbose_name_plural': 'ressources nées de réponses',
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('aide', 'demande d’aide'), ('retour', 'retour d’expérience'), ('annonce', 'annonce'), ('compte-rendu', 'compte rendu'), ('sujet', 'proposition de sujet')], default='aide', max_length=14, verbose_name='nature')),
                ('readers', models.CharField(choices=[('members', 'les membres du réseau'), ('public', 'tout le monde, sans compte')], default='members', max_length=8, verbose_name='qui la lit')),
                ('title', models.CharField(max_length=140, verbose_name='titre')),
                ('text', models.TextField(verbose_name='texte')),
                ('search_text', models.TextField(blank=True, verbose_name='texte cherché')),
                ('reuse', models.CharField(choices=[('ask', 'demandez-moi d’abord'), ('named', 'd’accord, en me citant'), ('unnamed', 'd’accord, sans mon nom'), ('no', 'non')], default='ask', max_length=8, verbose_name='dans une ressource')),
                ('sent_key', models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ('answer_count', models.PositiveIntegerField(default=0, verbose_name='réponses')),
                ('accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='retenue le')),
                ('accepted_for_author', models.BooleanField(default=False, verbose_name='retenue par l’animation')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='close le')),
                ('watch_at', models.DateTimeField(blank=True, null=True, verbose_name='à veiller dès')),
                ('watched_at', models.DateTimeField(blank=True, null=True, verbose_name='veille prévenue le')),
                ('subject_at', models.DateTimeField(blank=True, null=True, verbose_name='à proposer comme sujet dès')),
                ('subject_since', models.DateTimeField(blank=True, null=True, verbose_name='proposée comme sujet le')),
                ('subject_left_at', models.DateTimeField(blank=True, null=True, verbose_name='retirée des sujets le')),
                ('is_hidden', models.BooleanField(default=False, verbose_name='masquée par la modération')),
                ('is_demo', models.BooleanField(default=False, verbose_name='démonstration')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='posée le')),
                ('edited_at', models.DateTimeField(blank=True, null=True, verbose_name='modifiée le')),
                ('active_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='dernier échange')),
                ('accepted', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='codev.answer', verbose_name='réponse retenue')),
                ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='retenue par')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='posée par')),
                ('terms', models.ManyToManyField(blank=True, related_name='+', to='taxonomy.term', verbose_name='sujets')),
                ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='territories.territory', verbose_name='territoire')),
            ],
            options={
                'verbose_name': 'question aux pairs',
                'verbose_name_plural': 'questions aux pairs',
                'ordering': ['-active_at', '-pk'],
                'indexes': [models.Index(fields=['-active_at', '-id'], name='help_question_latest'), models.Index(fields=['answer_count', 'created_at'], name='help_question_unanswered'), models.Index(fields=['author', '-active_at'], name='help_question_mine')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['aide', 'retour', 'annonce', 'compte-rendu', 'sujet'])), name='help_question_kind_known'), models.CheckConstraint(condition=models.Q(('readers__in', ['members', 'public'])), name='help_question_readers_known'), models.CheckConstraint(condition=models.Q(('reuse__in', ['ask', 'named', 'unnamed', 'no'])), name='help_question_reuse_known'), models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('text', ''), _negated=True)), name='help_question_says_something'), models.CheckConstraint(condition=models.Q(('accepted__isnull', True), ('accepted_at__isnull', False), _connector='OR'), name='help_question_accepted_has_a_date'), models.CheckConstraint(condition=models.Q(('subject_since__isnull', True), ('kind__in', ['aide', 'sujet']), _connector='OR'), name='help_question_subject_asks')],
            },
        ),
        migrations.CreateModel(
            name='Call',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seat', models.PositiveSmallIntegerField(verbose_name='rang')),
                ('month', models.CharField(max_length=7, verbose_name='mois')),
                ('turn', models.PositiveSmallIntegerField(verbose_name='rang dans le mois')),
                ('reasons', models.JSONField(default=list, verbose_name='pourquoi')),
                ('terms', models.JSONField(default=list, verbose_name='sujets en cause')),
                ('state', models.CharField(choices=[('sent', 'réponse attendue'), ('answered', 'a répondu'), ('not_now', 'pas cette fois'), ('not_this', 'plus pour ce sujet')], default='sent', max_length=8, verbose_name='réponse')),
                ('sent_at', models.DateTimeField(verbose_name='envoyée le')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='dit le')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='membre')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calls', to='codev.question', verbose_name='question')),
            ],
            options={
                'verbose_name': 'envoi d’une question',
                'verbose_name_plural': 'envois de questions',
                'ordering': ['seat'],
                'indexes': [models.Index(fields=['member', 'state'], name='help_call_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['sent', 'answered', 'not_now', 'not_this'])), name='help_call_state_known'), models.UniqueConstraint(models.F('question'), models.F('member'), name='help_call_once'), models.UniqueConstraint(models.F('question'), models.F('seat'), name='help_call_seat_once'), models.CheckConstraint(condition=models.Q(('seat__range', (1, 5))), name='help_call_few_for_a_question'), models.UniqueConstraint(models.F('member'), models.F('month'), models.F('turn'), name='help_call_turn_once'), models.CheckConstraint(condition=models.Q(('turn__range', (1, 4))), name='help_call_few_for_a_member'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='help_call_answered_has_a_date')],
            },
        ),
        migrations.AddField(
            model_name='answer',
            name='question',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='codev.question', verbose_name='question'),
        ),
        migrations.CreateModel(
            name='QuestionText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='texte')),
                ('written_at', models.DateTimeField(verbose_name='écrit le')),
                ('replaced_at', models.DateTimeField(verbose_name='remplacé le')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='texts', to='codev.question', verbose_name='question')),
            ],
            options={
                'verbose_name': 'ancien texte d’une question',
                'verbose_name_plural': 'anciens textes de questions',
                'ordering': ['-replaced_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='help_question_text_says_something')],
            },
        ),
        migrations.CreateModel(
            name='Thank',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='dit le')),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='thanks', to='codev.answer', verbose_name='réponse')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='membre')),
            ],
            options={
                'verbose_name': 'merci',
                'verbose_name_plural': 'mercis',
                'constraints': [models.UniqueConstraint(models.F('answer'), models.F('member'), name='help_thank_once')],
            },
        ),
        migrations.CreateModel(
            name='Unwanted',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='dit le')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='membre')),
                ('term', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='taxonomy.term', verbose_name='sujet')),
            ],
            options={
                'verbose_name': 'sujet sans envoi de questions',
                'verbose_name_plural': 'sujets sans envoi de questions',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(models.F('member'), models.F('term'), name='help_unwanted_once')],
            },
        ),
        migrations.CreateModel(
            name='WatchWeek',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('monday', models.DateField(unique=True, verbose_name='semaine du')),
                ('taken_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='prise le')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='membre')),
            ],
            options={
                'verbose_name': 'semaine de veille',
                'verbose_name_plural': 'semaines de veille',
                'ordering': ['monday'],
            },
        ),
        migrations.CreateModel(
            name='AnswerText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='texte')),
                ('written_at', models.DateTimeField(verbose_name='écrit le')),
                ('replaced_at', models.DateTimeField(verbose_name='remplacé le')),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='texts', to='codev.answer', verbose_name='réponse')),
            ],
            options={
                'verbose_name': 'ancien texte d’une réponse',
                'verbose_name_plural': 'anciens textes de réponses',
                'ordering': ['-replaced_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='help_answer_text_says_something')],
            },
        ),
        migrations.CreateModel(
            name='Complement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=1500, verbose_name='texte')),
                ('sent_key', models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ('is_hidden', models.BooleanField(default=False, verbose_name='masqué par la modération')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='écrit le')),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='complements', to='codev.answer', verbose_name='réponse')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='écrit par')),
            ],
            options={
                'verbose_name': 'complément d’une réponse',
                'verbose_name_plural': 'compléments de réponses',
                'ordering': ['created_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='help_complement_says_something')],
            },
        ),
        migrations.CreateModel(
            name='HelpDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=40, verbose_name='où')),
                ('kept', models.JSONField(default=dict, verbose_name='ce qui est tapé')),
                ('saved_at', models.DateTimeField(verbose_name='gardé le')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='membre')),
            ],
            options={
                'verbose_name': 'brouillon d’entraide',
                'verbose_name_plural': 'brouillons d’entraide',
                'constraints': [models.UniqueConstraint(models.F('member'), models.F('place'), name='help_draft_once')],
            },
        ),
    ]
