import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('events', '0002_agenda'),
    ]

    operations = [
        migrations.CreateModel(
            name='Word',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('attendee', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='words', to='events.attendee', verbose_name='inscrit')),
                ('kind', models.CharField(choices=[('registered', 'inscription'), ('released', 'place non confirmée'), ('promoted', 'une place s’est libérée'), ('cancelled', 'annulation'), ('moved', 'nouvel horaire'), ('changed', 'places changées'), ('again', 'lien redemandé')], max_length=10, verbose_name='sorte')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='le')),
            ],
            options={
                'verbose_name': 'mot à envoyer',
                'verbose_name_plural': 'mots à envoyer',
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['registered', 'released', 'promoted', 'cancelled', 'moved', 'changed', 'again'])), name='word_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='SentReminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('attendee', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='events.attendee', verbose_name='inscrit')),
                ('step', models.CharField(choices=[('week', 'une semaine avant'), ('day', 'la veille'), ('hour', 'une heure avant')], max_length=4, verbose_name='moment')),
                ('day', models.DateField(verbose_name='jour rappelé')),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='parti le')),
            ],
            options={
                'verbose_name': 'rappel parti',
                'verbose_name_plural': 'rappels partis',
                'constraints': [models.UniqueConstraint(fields=('attendee', 'step', 'day'), name='reminder_once'), models.CheckConstraint(condition=models.Q(('step__in', ['week', 'day', 'hour'])), name='reminder_step_known')],
            },
        ),
        migrations.CreateModel(
            name='AttendeeMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attendee_mails', to='events.event', verbose_name='événement')),
                ('audience', models.CharField(choices=[('all', 'tous les inscrits'), ('seated', 'ceux qui ont une place'), ('waiting', 'ceux qui attendent une place')], default='seated', max_length=8, verbose_name='à qui')),
                ('sequence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='events.sequence', verbose_name='séquence')),
                ('subject', models.CharField(max_length=150, verbose_name='objet')),
                ('text', models.TextField(verbose_name='texte')),
                ('people', models.PositiveIntegerField(default=0, verbose_name='destinataires')),
                ('sent_key', models.CharField(max_length=64, unique=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='écrit par')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='écrit le')),
            ],
            options={
                'verbose_name': 'courriel aux inscrits',
                'verbose_name_plural': 'courriels aux inscrits',
                'ordering': ['-created_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('audience__in', ['all', 'seated', 'waiting'])), name='attendee_mail_audience_known'), models.CheckConstraint(condition=models.Q(models.Q(('subject', ''), _negated=True), models.Q(('text', ''), _negated=True)), name='attendee_mail_says_something')],
            },
        ),
        migrations.CreateModel(
            name='ProgrammeLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='programme_link', to=settings.AUTH_USER_MODEL, verbose_name='membre')),
                ('seed', models.CharField(max_length=64, verbose_name='graine du lien')),
                ('token_digest', models.CharField(max_length=64, unique=True, verbose_name='empreinte du lien')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='fait le')),
            ],
            options={
                'verbose_name': 'lien d’agenda personnel',
                'verbose_name_plural': 'liens d’agenda personnels',
            },
        ),
    ]
