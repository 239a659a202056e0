"""Sessions, subjects, commitments, lessons."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("codev", "0004_questions"),
        ("library", "0006_exchange"),
        ("rooms", "0001_first"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "run_sheet",
                    models.CharField(
                        choices=[
                            ("codev", "Séance complète, les six étapes\xa0: 1 h 15"),
                            ("codev_rapide", "Séance rapide\xa0: 30 minutes"),
                            ("trio", "À trois\xa0: 25 minutes"),
                            ("codev_differe", "Par écrit, en dix jours"),
                        ],
                        default="codev",
                        max_length=20,
                        verbose_name="déroulé",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "à préparer"),
                            ("ready", "salle prête"),
                            ("ended", "terminée"),
                            ("erased", "effacée"),
                        ],
                        default="planned",
                        max_length=8,
                        verbose_name="état",
                    ),
                ),
                ("purge_on", models.DateField(verbose_name="effacée le")),
                ("promised_count", models.PositiveSmallIntegerField(default=0, verbose_name="engagements pris")),
                ("kept_count", models.PositiveSmallIntegerField(default=0, verbose_name="engagements tenus")),
                ("has_shared", models.BooleanField(default=False, verbose_name="a donné une fiche partagée")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="ouverte le")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="terminée le")),
                ("reminded_at", models.DateTimeField(blank=True, null=True, verbose_name="engagements rappelés le")),
                ("erased_at", models.DateTimeField(blank=True, null=True, verbose_name="effacée le")),
                (
                    "client",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="cliente ou client",
                    ),
                ),
                (
                    "encounter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="session",
                        to="codev.encounter",
                        verbose_name="rencontre",
                    ),
                ),
                (
                    "facilitator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="animation",
                    ),
                ),
                (
                    "room",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="rooms.room",
                        verbose_name="salle",
                    ),
                ),
            ],
            options={
                "verbose_name": "séance",
                "verbose_name_plural": "séances",
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Subject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(verbose_name="la situation")),
                ("stakes", models.TextField(blank=True, verbose_name="ce qui est en jeu")),
                (
                    "urgency",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "elle peut attendre"),
                            (2, "dans les semaines qui viennent"),
                            (3, "tout de suite"),
                        ],
                        default=2,
                        verbose_name="urgence",
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="proposé le")),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="changé le")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subjects",
                        to="codev.session",
                        verbose_name="séance",
                    ),
                ),
            ],
            options={
                "verbose_name": "sujet proposé",
                "verbose_name_plural": "sujets proposés",
                "ordering": ["created_at", "pk"],
            },
        ),
        migrations.AddField(
            model_name="session",
            name="subject",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="codev.subject",
                verbose_name="sujet choisi",
            ),
        ),
        migrations.CreateModel(
            name="SubjectVote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="votes",
                        to="codev.session",
                        verbose_name="séance",
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="votes",
                        to="codev.subject",
                        verbose_name="sujet",
                    ),
                ),
            ],
            options={
                "verbose_name": "choix d’un sujet",
                "verbose_name_plural": "choix d’un sujet",
            },
        ),
        migrations.CreateModel(
            name="RatingGiven",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="membre",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="raters",
                        to="codev.session",
                        verbose_name="séance",
                    ),
                ),
            ],
            options={
                "verbose_name": "avis donné",
                "verbose_name_plural": "avis donnés",
                "constraints": [models.UniqueConstraint(fields=("session", "member"), name="rating_given_once")],
            },
        ),
        migrations.CreateModel(
            name="RatingCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "scale",
                    models.CharField(
                        choices=[
                            ("useful", "Cette séance m’a été utile"),
                            ("heard", "Chaque personne a pu parler"),
                            ("again", "Je reviendrai volontiers"),
                        ],
                        max_length=8,
                        verbose_name="échelle",
                    ),
                ),
                ("value", models.PositiveSmallIntegerField(verbose_name="valeur")),
                ("count", models.PositiveSmallIntegerField(default=0, verbose_name="nombre")),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ratings",
                        to="codev.session",
                        verbose_name="séance",
                    ),
                ),
            ],
            options={
                "verbose_name": "compte d’avis",
                "verbose_name_plural": "comptes d’avis",
                "constraints": [
                    models.UniqueConstraint(fields=("session", "scale", "value"), name="rating_count_once"),
                    models.CheckConstraint(
                        condition=models.Q(("value__range", (1, 5))), name="rating_from_one_to_five"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scale__in", ["useful", "heard", "again"])), name="rating_scale_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Observer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="membre",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="observers",
                        to="codev.session",
                        verbose_name="séance",
                    ),
                ),
            ],
            options={
                "verbose_name": "place d’observation",
                "verbose_name_plural": "places d’observation",
                "constraints": [models.UniqueConstraint(fields=("session", "member"), name="session_observer_once")],
            },
        ),
        migrations.CreateModel(
            name="Lesson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "en cours d’écriture"), ("signed", "signé"), ("withdrawn", "accord retiré")],
                        default="draft",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("texts", models.JSONField(default=dict, verbose_name="textes")),
                ("decisions", models.JSONField(default=dict, verbose_name="décisions")),
                ("is_named", models.BooleanField(default=False, verbose_name="signée de son nom")),
                (
                    "wording_version",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="version de l’accord"),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="commencée le")),
                ("signed_at", models.DateTimeField(blank=True, null=True, verbose_name="signée le")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="accord retiré le")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lessons",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="écrite par",
                    ),
                ),
                (
                    "resource",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="library.resource",
                        verbose_name="ressource",
                    ),
                ),
                (
                    "session",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lesson",
                        to="codev.session",
                        verbose_name="séance",
                    ),
                ),
            ],
            options={
                "verbose_name": "retour tiré d’une séance",
                "verbose_name_plural": "retours tirés de séances",
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "signed", "withdrawn"])), name="lesson_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("session__isnull", True), ("resource__isnull", True), _connector="OR"),
                        name="lesson_links_no_resource_to_a_session",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("signed_at__isnull", True), ("state", "draft"), ("wording_version__isnull", True)
                            ),
                            models.Q(
                                models.Q(("state", "draft"), _negated=True),
                                ("session__isnull", True),
                                ("signed_at__isnull", False),
                                ("wording_version__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="lesson_signed_has_a_date_and_a_wording",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "withdrawn"), _negated=True),
                            ("withdrawn_at__isnull", False),
                            _connector="OR",
                        ),
                        name="lesson_withdrawn_has_a_date",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Learning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(verbose_name="ce que j’ai appris")),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="écrit le")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="learnings",
                        to="codev.session",
                        verbose_name="séance",
                    ),
                ),
            ],
            options={
                "verbose_name": "apprentissage",
                "verbose_name_plural": "apprentissages",
                "ordering": ["written_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("session", "member"), name="learning_one_each"),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="learning_says_something"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Commitment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(verbose_name="ce que je vais faire")),
                ("due_on", models.DateField(verbose_name="pour le")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "en cours"),
                            ("done", "fait"),
                            ("partly", "fait en partie"),
                            ("not_done", "pas fait"),
                        ],
                        default="open",
                        max_length=8,
                        verbose_name="où cela en est",
                    ),
                ),
                ("news", models.TextField(blank=True, verbose_name="ce qu’il en est advenu")),
                ("taken_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="pris le")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="répondu le")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="prise ou pris par",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="commitments",
                        to="codev.session",
                        verbose_name="séance",
                    ),
                ),
            ],
            options={
                "verbose_name": "engagement",
                "verbose_name_plural": "engagements",
                "ordering": ["due_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="commitment_says_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "done", "partly", "not_done"])),
                        name="commitment_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("state", "open")),
                            models.Q(models.Q(("state", "open"), _negated=True), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="commitment_answered_has_a_date",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SessionKeeping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        choices=[(30, "30 jours"), (60, "60 jours"), (90, "90 jours"), (180, "six mois")],
                        default=90,
                        verbose_name="jours gardés",
                    ),
                ),
                (
                    "group",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="keeping",
                        to="codev.group",
                        verbose_name="groupe",
                    ),
                ),
            ],
            options={
                "verbose_name": "durée de conservation d’un groupe",
                "verbose_name_plural": "durées de conservation des groupes",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("days__in", [30, 60, 90, 180])), name="session_keeping_known"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="subject",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="subject_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="subject",
            constraint=models.CheckConstraint(
                condition=models.Q(("urgency__in", [1, 2, 3])), name="subject_urgency_known"
            ),
        ),
        migrations.AddIndex(
            model_name="session",
            index=models.Index(fields=["state", "purge_on"], name="session_purge"),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["planned", "ready", "ended", "erased"])), name="session_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(("run_sheet__in", ["codev", "codev_rapide", "trio", "codev_differe"])),
                name="session_sheet_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("client__isnull", True),
                    ("facilitator__isnull", True),
                    models.Q(("client", models.F("facilitator")), _negated=True),
                    _connector="OR",
                ),
                name="session_client_does_not_facilitate",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "ended"), _negated=True), ("ended_at__isnull", False), _connector="OR"
                ),
                name="session_ended_has_a_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("erased_at__isnull", False), ("state", "erased")),
                    models.Q(models.Q(("state", "erased"), _negated=True), ("erased_at__isnull", True)),
                    _connector="OR",
                ),
                name="session_erased_has_a_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept_count__lte", models.F("promised_count"))), name="session_kept_were_promised"
            ),
        ),
        migrations.AddConstraint(
            model_name="subjectvote",
            constraint=models.UniqueConstraint(fields=("session", "member"), name="subject_vote_once_each"),
        ),
    ]
