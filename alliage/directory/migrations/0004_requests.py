import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('directory', '0003_people_teams_areas'),
        ('territories', '0002_perimeters_change'),
    ]

    operations = [
        migrations.CreateModel(
            name='HelpRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seed', models.CharField(max_length=43)),
                ('token_digest', models.CharField(max_length=64, unique=True)),
                ('sent_key', models.CharField(blank=True, max_length=64)),
                ('need', models.TextField(blank=True, verbose_name='besoin')),
                ('name', models.CharField(blank=True, max_length=120, verbose_name='nom')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='adresse électronique')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='téléphone')),
                ('slots', models.JSONField(blank=True, default=list, verbose_name='créneaux')),
                ('time_zone', models.CharField(default='Europe/Paris', max_length=60, verbose_name='fuseau horaire')),
                ('state', models.CharField(choices=[('sent', 'envoyée'), ('seen', 'lue'), ('answered', 'une réponse est arrivée'), ('handed_over', 'confiée à l’équipe d’animation'), ('closed', 'close')], default='sent', max_length=12, verbose_name='état')),
                ('outcome', models.CharField(blank=True, choices=[('', 'non précisé'), ('helped', 'j’ai été aidé'), ('not_helped', 'je n’ai pas été aidé')], default='', max_length=12, verbose_name='résultat')),
                ('created_at', models.DateTimeField(verbose_name='envoyée le')),
                ('remind_at', models.DateTimeField(verbose_name='rappel le')),
                ('due_at', models.DateTimeField(verbose_name='réponse attendue avant le')),
                ('reminded_at', models.DateTimeField(blank=True, null=True, verbose_name='rappelée le')),
                ('handed_over_at', models.DateTimeField(blank=True, null=True, verbose_name='confiée à l’animation le')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='première réponse le')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='close le')),
                ('expires_at', models.DateTimeField(verbose_name='effacée le')),
                ('purged_at', models.DateTimeField(blank=True, null=True, verbose_name='données effacées le')),
                ('requester', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='membre')),
                ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='territories.territory', verbose_name='territoire')),
            ],
            options={
                'verbose_name': 'demande d’aide',
                'verbose_name_plural': 'demandes d’aide',
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(models.F('state'), models.F('due_at'), name='request_due'), models.Index(models.F('expires_at'), condition=models.Q(('purged_at__isnull', True)), name='request_expiring')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['sent', 'seen', 'answered', 'handed_over', 'closed'])), name='request_state_known'), models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'helped', 'not_helped'])), name='request_outcome_known'), models.CheckConstraint(condition=models.Q(('outcome', ''), ('state', 'closed'), _connector='OR'), name='request_outcome_once_closed'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state', 'closed')), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at__isnull', True)), _connector='OR'), name='request_closed_has_a_date'), models.CheckConstraint(condition=models.Q(models.Q(('name__gt', ''), ('need__gt', ''), ('purged_at__isnull', True), models.Q(('email__gt', ''), ('phone__gt', ''), _connector='OR')), models.Q(('email', ''), ('name', ''), ('need', ''), ('phone', ''), ('purged_at__isnull', False), ('requester__isnull', True), ('state', 'closed')), _connector='OR'), name='request_whole_or_purged'), models.UniqueConstraint(condition=models.Q(('sent_key', ''), _negated=True), fields=('sent_key',), name='request_sent_once')],
            },
        ),
        migrations.CreateModel(
            name='RequestRecipient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='pourquoi cette personne')),
                ('state', models.CharField(choices=[('sent', 'pas encore lue'), ('seen', 'lue'), ('answered', 'a répondu'), ('declined', 'ne peut pas aider cette fois'), ('passed', 'a transmis à quelqu’un d’autre')], default='sent', max_length=12, verbose_name='état')),
                ('sent_at', models.DateTimeField(verbose_name='envoyée le')),
                ('seen_at', models.DateTimeField(blank=True, null=True, verbose_name='lue le')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='répondu le')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='directory.entry', verbose_name='fiche')),
                ('passed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='passed_to', to='directory.requestrecipient', verbose_name='transmise par')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recipients', to='directory.helprequest', verbose_name='demande')),
            ],
            options={
                'verbose_name': 'destinataire d’une demande',
                'verbose_name_plural': 'destinataires des demandes',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(models.F('request'), models.F('entry'), name='recipient_once'), models.CheckConstraint(condition=models.Q(('state__in', ['sent', 'seen', 'answered', 'declined', 'passed'])), name='recipient_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', False), ('state', 'answered')), models.Q(models.Q(('state', 'answered'), _negated=True), ('answered_at__isnull', True)), _connector='OR'), name='recipient_answered_has_a_date')],
            },
        ),
        migrations.CreateModel(
            name='RequestMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('voice', models.CharField(choices=[('requester', 'la personne qui demande'), ('recipient', 'catalyseur'), ('animator', 'équipe d’animation')], max_length=12, verbose_name='de la part de')),
                ('text', models.TextField(verbose_name='texte')),
                ('sent_key', models.CharField(blank=True, max_length=64)),
                ('created_at', models.DateTimeField(verbose_name='le')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='directory.helprequest', verbose_name='demande')),
                ('recipient', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='directory.requestrecipient', verbose_name='catalyseur')),
            ],
            options={
                'verbose_name': 'mot d’une demande',
                'verbose_name_plural': 'mots d’une demande',
                'ordering': ['created_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('voice__in', ['requester', 'recipient', 'animator'])), name='request_message_voice_known'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='request_message_says_something'), models.CheckConstraint(condition=models.Q(models.Q(('recipient__isnull', False), ('voice', 'recipient')), models.Q(models.Q(('voice', 'recipient'), _negated=True), ('recipient__isnull', True)), _connector='OR'), name='request_message_of_a_recipient'), models.UniqueConstraint(condition=models.Q(('sent_key', ''), _negated=True), fields=('request', 'sent_key'), name='request_message_once')],
            },
        ),
    ]
