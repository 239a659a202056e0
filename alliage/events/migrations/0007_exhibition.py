import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0011_topics_of_requests'),
        ('files', '0001_initial'),
        ('territories', '0002_perimeters_change'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('events', '0006_workshops'),
    ]

    operations = [
        migrations.CreateModel(
            name='Panel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='titre')),
                ('text', models.TextField(verbose_name='texte')),
                ('alternative', models.CharField(blank=True, max_length=300, verbose_name='ce que montre l’image')),
                ('credit', models.CharField(blank=True, max_length=120, verbose_name='de qui est l’image')),
                ('link', models.URLField(blank=True, max_length=500, verbose_name='pour en savoir plus')),
                ('state', models.CharField(choices=[('proposed', 'proposé, attend l’organisation'), ('shown', 'exposé'), ('refused', 'non retenu')], default='proposed', max_length=10, verbose_name='état')),
                ('reason', models.CharField(blank=True, max_length=400, verbose_name='mot de l’organisation')),
                ('rank', models.PositiveIntegerField(default=0, verbose_name='rang')),
                ('visits', models.PositiveIntegerField(default=0, verbose_name='visites')),
                ('is_hidden', models.BooleanField(default=False, verbose_name='masqué par la modération')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='proposé le')),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='changé le')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='décidé le')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposé par')),
                ('entry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='exhibition_panels', to='directory.entry', verbose_name='présenté par')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exhibition_panels', to='events.event', verbose_name='événement')),
                ('image', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='files.storedfile', verbose_name='image')),
                ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='exhibition_panels', to='territories.territory', verbose_name='territoire')),
            ],
            options={
                'verbose_name': 'panneau d’exposition',
                'verbose_name_plural': 'panneaux d’exposition',
                'ordering': ['event', 'rank', 'pk'],
                'indexes': [models.Index(fields=['event', 'state', 'rank'], name='panel_in_order')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('text', ''), _negated=True)), name='panel_says_something'), models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'shown', 'refused'])), name='panel_state_known'), models.CheckConstraint(condition=models.Q(('image__isnull', True), models.Q(('alternative', ''), _negated=True), _connector='OR'), name='panel_image_is_said_in_words'), models.CheckConstraint(condition=models.Q(('state', 'proposed'), ('decided_at__isnull', False), _connector='OR'), name='panel_decision_is_dated')],
            },
        ),
    ]
