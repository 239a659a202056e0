import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('codev', '0001_groups'),
        ('files', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(verbose_name='rang')),
                ('text', models.TextField(blank=True, verbose_name='texte')),
                ('folded', models.TextField(blank=True)),
                ('is_answer', models.BooleanField(default=False, verbose_name='réponse retenue')),
                ('is_hidden', models.BooleanField(default=False, verbose_name='masqué')),
                ('sent_key', models.CharField(blank=True, max_length=64, verbose_name='empreinte de l’envoi')),
                ('created_at', models.DateTimeField(verbose_name='écrit le')),
                ('edited_at', models.DateTimeField(blank=True, null=True, verbose_name='changé le')),
                ('removed_at', models.DateTimeField(blank=True, null=True, verbose_name='retiré le')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='écrit par')),
            ],
            options={
                'verbose_name': 'message d’un groupe',
                'verbose_name_plural': 'messages d’un groupe',
                'ordering': ['position'],
                'constraints': [models.CheckConstraint(condition=models.Q(('position__gt', 0)), name='codev_message_counts_from_one'), models.CheckConstraint(condition=models.Q(models.Q(('removed_at__isnull', True), models.Q(('text', ''), _negated=True)), models.Q(('folded', ''), ('is_answer', False), ('removed_at__isnull', False), ('text', '')), _connector='OR'), name='codev_message_says_something_or_is_gone'), models.CheckConstraint(condition=models.Q(models.Q(('is_answer', True), _negated=True), models.Q(('is_hidden', False), ('position__gt', 1)), _connector='OR'), name='codev_message_opening_is_no_answer')],
            },
        ),
        migrations.CreateModel(
            name='MessageFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='files.storedfile', verbose_name='fichier')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='codev.message', verbose_name='message')),
            ],
            options={
                'verbose_name': 'fichier d’un message',
                'verbose_name_plural': 'fichiers d’un message',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Reaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('thanks', 'merci'), ('confirm', 'je confirme')], max_length=8, verbose_name='signe')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='membre')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reactions', to='codev.message', verbose_name='message')),
            ],
            options={
                'verbose_name': 'signe',
                'verbose_name_plural': 'signes',
                'constraints': [models.UniqueConstraint(fields=('message', 'member', 'kind'), name='codev_reaction_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['thanks', 'confirm'])), name='codev_reaction_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='Thread',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(blank=True, max_length=150, verbose_name='titre')),
                ('folded', models.CharField(blank=True, max_length=300)),
                ('kind', models.CharField(blank=True, choices=[('help', 'demande d’aide'), ('feedback', 'retour'), ('news', 'annonce'), ('minutes', 'compte rendu'), ('subject', 'proposition de sujet')], max_length=10, verbose_name='de quoi il s’agit')),
                ('is_pseudonymous', models.BooleanField(default=False, verbose_name='posée sans dire son nom')),
                ('is_pinned', models.BooleanField(default=False, verbose_name='gardé en haut')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='clos le')),
                ('message_count', models.PositiveIntegerField(default=0, verbose_name='messages')),
                ('sent_key', models.CharField(blank=True, max_length=64, verbose_name='empreinte de l’envoi')),
                ('created_at', models.DateTimeField(verbose_name='ouvert le')),
                ('last_at', models.DateTimeField(verbose_name='dernier message le')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ouvert par')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='threads', to='codev.group', verbose_name='groupe')),
            ],
            options={
                'verbose_name': 'échange d’un groupe',
                'verbose_name_plural': 'échanges d’un groupe',
                'ordering': ['-is_pinned', '-last_at', '-pk'],
                'indexes': [models.Index(fields=['group', '-is_pinned', '-last_at', '-id'], name='codev_thread_list')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind', ''), ('kind__in', ['help', 'feedback', 'news', 'minutes', 'subject']), _connector='OR'), name='codev_thread_kind_known'), models.CheckConstraint(condition=models.Q(('last_at__gte', models.F('created_at'))), name='codev_thread_last_after_first'), models.UniqueConstraint(condition=models.Q(('sent_key', ''), _negated=True), fields=('group', 'sent_key'), name='codev_thread_sent_once')],
            },
        ),
        migrations.AddField(
            model_name='message',
            name='thread',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='codev.thread', verbose_name='échange'),
        ),
        migrations.CreateModel(
            name='ThreadDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=40, verbose_name='où')),
                ('kept', models.JSONField(default=dict, verbose_name='ce qui est tapé')),
                ('saved_at', models.DateTimeField(verbose_name='gardé le')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='codev.group', verbose_name='groupe')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='membre')),
                ('thread', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='codev.thread', verbose_name='échange')),
            ],
            options={
                'verbose_name': 'brouillon d’un échange',
                'verbose_name_plural': 'brouillons d’échanges',
                'constraints': [models.UniqueConstraint(fields=('member', 'place'), name='codev_thread_draft_once')],
            },
        ),
        migrations.CreateModel(
            name='ThreadRead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(verbose_name='dernier message lu')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='membre')),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reads', to='codev.thread', verbose_name='échange')),
            ],
            options={
                'verbose_name': 'marque de lecture',
                'verbose_name_plural': 'marques de lecture',
                'constraints': [models.UniqueConstraint(fields=('thread', 'member'), name='codev_thread_read_once')],
            },
        ),
        migrations.CreateModel(
            name='Mention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='membre')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='codev.message', verbose_name='message')),
            ],
            options={
                'verbose_name': 'mention',
                'verbose_name_plural': 'mentions',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('message', 'member'), name='codev_mention_once')],
            },
        ),
        migrations.CreateModel(
            name='MessageFlag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(verbose_name='le')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='regardé le')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='membre')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='flags', to='codev.message', verbose_name='message')),
            ],
            options={
                'verbose_name': 'message montré à la facilitation',
                'verbose_name_plural': 'messages montrés à la facilitation',
                'constraints': [models.UniqueConstraint(fields=('message', 'member'), name='codev_message_flag_once')],
            },
        ),
        migrations.CreateModel(
            name='MessageVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='texte')),
                ('replaced_at', models.DateTimeField(verbose_name='changé le')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='codev.message', verbose_name='message')),
            ],
            options={
                'verbose_name': 'version d’un message',
                'verbose_name_plural': 'versions d’un message',
                'ordering': ['-replaced_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='codev_message_version_says_something')],
            },
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(fields=('thread', 'position'), name='codev_message_one_per_place'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(condition=models.Q(('is_answer', True)), fields=('thread',), name='codev_message_one_answer_kept'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(condition=models.Q(('sent_key', ''), _negated=True), fields=('thread', 'sent_key'), name='codev_message_sent_once'),
        ),
    ]
