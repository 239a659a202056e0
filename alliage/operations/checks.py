"""What `alliage doctor` looks at. Each check returns what is wrong, with the way to mend it, in French."""

import shutil
import smtplib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.core.checks import run_checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from alliage.accounts.enums import Role
from alliage.accounts.models import Member
from alliage.jobs import queries as jobs
from alliage.operations.enums import Level
from alliage.territories.enums import Kind
from alliage.territories.models import Territory

FREE_SPACE_WANTED = 500_000_000


@dataclass(frozen=True)
class Finding:
    """One thing seen: `remedy` is empty when all is well."""

    level: Level
    text: str
    remedy: str = ""


def good(text: str) -> Finding:
    return Finding(Level.GOOD, text)


def warning(text: str, remedy: str) -> Finding:
    return Finding(Level.WARNING, text, remedy)


def error(text: str, remedy: str) -> Finding:
    return Finding(Level.ERROR, text, remedy)


def python_version(now: datetime) -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info >= (3, 11):  # noqa: UP036 an installation may be started by hand with another Python
        yield good(_("Python %(version)s.") % {"version": version})
    else:
        yield error(
            _("Python %(version)s est trop ancien.") % {"version": version},
            _("Installez Python 3.11 ou plus récent, puis « make run PYTHON=… »."),
        )


def database(now: datetime) -> Iterator[Finding]:
    try:
        connection.ensure_connection()
    except DatabaseError as problem:
        yield error(
            _("La base de données ne répond pas : %(problem)s.") % {"problem": str(problem).splitlines()[0]},
            _("Vérifiez DATABASE_URL et que le serveur est démarré."),
        )
        return
    if connection.vendor == "postgresql" and connection.pg_version < 150000:  # type: ignore[attr-defined]
        yield error(_("PostgreSQL est trop ancien."), _("Passez à PostgreSQL 15 ou plus récent."))
    elif connection.vendor == "sqlite" and settings.PRODUCTION:
        yield warning(
            _("Le site est en production sur SQLite."),
            _("SQLite suffit à une machine et peu d’écritures ; au-delà, donnez DATABASE_URL vers PostgreSQL."),
        )
    else:
        yield good(_("La base de données répond (%(vendor)s).") % {"vendor": connection.display_name})
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield error(_("La base n’est pas à jour."), _("Lancez « alliage prepare »."))


def territories(now: datetime) -> Iterator[Finding]:
    try:
        count = Territory.objects.filter(kind=Kind.COMMUNE).count()
    except DatabaseError:
        yield error(_("La table des territoires manque."), _("Lancez « alliage prepare »."))
        return
    if count:
        yield good(_("%(count)d communes importées.") % {"count": count})
    else:
        yield error(_("Aucun territoire n’est importé."), _("Lancez « alliage import_territories »."))


def secrets(now: datetime) -> Iterator[Finding]:
    if settings.SECRET_KEY == "development-only-secret" and not settings.DEMO:  # noqa: S105 the default we look for
        yield error(
            _("La clé secrète est celle du développement."),
            _("Donnez ALLIAGE_SECRET_KEY : 50 caractères au hasard, que personne d’autre ne connaît."),
        )
    else:
        yield good(_("Clé secrète.") if not settings.DEMO else _("Démonstration : la clé secrète par défaut convient."))


def address(now: datetime) -> Iterator[Finding]:
    origin = urlsplit(settings.ORIGIN)
    if settings.PRODUCTION and origin.scheme != "https":
        yield error(_("ALLIAGE_ORIGIN n’est pas en https."), _("Donnez l’adresse publique du site, avec https://."))
    if origin.hostname not in settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS:
        yield error(
            _("Le site ne répond pas à son propre nom, %(name)s.") % {"name": origin.hostname},
            _("Ajoutez ce nom à ALLIAGE_HOSTS."),
        )
    else:
        yield good(_("Adresse publique : %(origin)s.") % {"origin": settings.ORIGIN})
    if settings.PRODUCTION and not settings.BEHIND_PROXY and settings.BOUND_TO_LOOPBACK:
        yield warning(
            _("Le site écoute sur cette machine seulement, sans serveur frontal déclaré."),
            _("Derrière un serveur frontal, donnez ALLIAGE_PROXY=1 pour que l’adresse des visiteurs soit la bonne."),
        )


def demonstration(now: datetime) -> Iterator[Finding]:
    if not settings.DEMO:
        return
    if settings.PRODUCTION:
        yield error(
            _("Ce site est à la fois en production et en démonstration."),
            _("Enlevez ALLIAGE_DEMO : n’importe qui pourrait devenir administrateur."),
        )
    elif not settings.BOUND_TO_LOOPBACK:
        yield warning(
            _("La démonstration est joignable depuis d’autres machines."),
            _("Chacun peut y devenir n’importe quelle personne fictive : n’y mettez rien de vrai."),
        )
    else:
        yield good(_("Démonstration, sur cette machine seulement : aucun courriel ne part."))


def mail(now: datetime) -> Iterator[Finding]:
    if settings.MAIL_IS_KEPT:
        if settings.PRODUCTION:
            yield error(
                _("Aucun courriel ne part : EMAIL_URL est vide."), _("Donnez l’adresse d’un serveur de courriel.")
            )
        else:
            yield good(_("Les courriels sont gardés sur place, aucun ne part."))
        return
    try:
        with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=10):
            yield good(_("Le serveur de courriel répond."))
    except (OSError, smtplib.SMTPException) as problem:
        yield error(
            _("Le serveur de courriel ne répond pas : %(problem)s.") % {"problem": problem},
            _("Vérifiez EMAIL_URL (nom, port, tls ou ssl)."),
        )


def shared_cache(now: datetime) -> Iterator[Finding]:
    try:
        cache.set("alliage.doctor", "1", 5)
        answers = cache.get("alliage.doctor") == "1"
    except Exception:  # noqa: BLE001 each kind of cache has its own errors; any of them means « it does not answer »
        answers = False
    if not answers:
        yield error(_("Le cache ne répond pas."), _("Vérifiez REDIS_URL et que Redis est démarré."))
    elif settings.PRODUCTION and "locmem" in settings.CACHES["default"]["BACKEND"]:
        yield warning(
            _("Chaque processus a son propre cache : les limites d’essais comptent séparément."),
            _("Avec plus d’un processus de pages, donnez REDIS_URL."),
        )
    else:
        yield good(_("Cache."))


def folders(now: datetime) -> Iterator[Finding]:
    for folder in (settings.VAR_DIR, Path(settings.MEDIA_ROOT)):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / ".essai"
            probe.write_text("")
            probe.unlink()
        except OSError:
            yield error(
                _("Impossible d’écrire dans %(folder)s.") % {"folder": folder},
                _("Donnez ce dossier à l’utilisateur qui lance Alliage, ou changez ALLIAGE_VAR."),
            )
            return
    free = shutil.disk_usage(settings.VAR_DIR).free
    if free < FREE_SPACE_WANTED:
        yield warning(
            _("Il reste %(size)d Mo sur le disque.") % {"size": free // 1_000_000},
            _("Faites de la place avant que les écritures ne soient refusées."),
        )
    else:
        yield good(_("Dossier des données : %(folder)s.") % {"folder": settings.VAR_DIR})
    if not settings.DEBUG and not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        yield error(
            _("Les fichiers statiques manquent : les pages seraient sans style."), _("Lancez « alliage prepare ».")
        )


def worker(now: datetime) -> Iterator[Finding]:
    state = jobs.health(now=now)
    if state.workers:
        yield good(_("Les travaux de fond sont pris en charge."))
    else:
        yield warning(
            _("Aucun processus ne s’occupe des travaux : courriels et imports attendent."),
            _("Démarrez « alliage worker » (« make run » le fait)."),
        )


def people(now: datetime) -> Iterator[Finding]:
    administrators = Member.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
    if settings.PRODUCTION and not administrators.filter(is_demo=False).exists():
        yield error(
            _("Personne n’administre ce site."),
            _("Lancez « alliage name_administrator adresse@exemple.fr »."),
        )
    if not settings.DEMO and administrators.filter(is_demo=True).exists():
        yield error(
            _("Une personne de démonstration est encore administratrice."),
            _("Fermez les comptes de démonstration, ou repartez d’une base neuve."),
        )


def declared(now: datetime) -> Iterator[Finding]:
    """What folders above check themselves: Django checks registered under the tag « doctor »."""
    for message in run_checks(tags=["doctor"], include_deployment_checks=True):
        yield warning(str(message.msg), str(message.hint or ""))


CHECKS: list[Callable[[datetime], Iterator[Finding]]] = [
    python_version, database, territories, secrets, address, demonstration, mail, shared_cache, folders, worker, people,
    declared,
]  # fmt: skip


def examine(now: datetime) -> list[Finding]:
    """Run every check; one that breaks is itself a finding, and does not hide the others."""
    findings: list[Finding] = []
    for check in CHECKS:
        try:
            findings += check(now)
        except DatabaseError as problem:
            findings.append(
                error(
                    _("La base de données refuse une question : %(problem)s.")
                    % {"problem": str(problem).splitlines()[0]},
                    _("Lancez « alliage prepare », puis recommencez."),
                )
            )
    return findings
