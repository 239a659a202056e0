"""What `alliage doctor` looks at. Each check returns what is wrong, with the way to mend it, in French."""

import shutil
import smtplib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.core.checks import run_checks
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.accounts.enums import Role
from alliage.accounts.models import Member
from alliage.jobs import queries as jobs
from alliage.operations import preparation
from alliage.operations.enums import Level
from alliage.territories.enums import Kind
from alliage.territories.importers.reference import Reference
from alliage.territories.importers.territories import is_up_to_date
from alliage.territories.models import Territory

FREE_SPACE_WANTED = 500_000_000
WAITING_TOO_LONG = timedelta(minutes=10)
# The official map of communes changes every first of January, and is published by April.
REFERENCE_LASTS = timedelta(days=500)


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
    if missing := preparation.migrations_to_apply():
        text = ngettext(
            "La base n’est pas à jour : il lui manque %(count)d changement.",
            "La base n’est pas à jour : il lui manque %(count)d changements.",
            missing,
        )
        yield error(text % {"count": missing}, _("Lancez « alliage prepare »."))


def prepared(now: datetime) -> Iterator[Finding]:
    if not preparation.is_prepared():
        yield warning(
            _("Alliage a changé depuis la dernière préparation : ses données de référence peuvent dater."),
            _("Lancez « alliage prepare », puis redémarrez."),
        )


def territories(now: datetime) -> Iterator[Finding]:
    count = Territory.objects.filter(kind=Kind.COMMUNE).count()
    if not count:
        yield error(_("Aucun territoire n’est importé."), _("Lancez « alliage import_territories »."))
        return
    yield good(_("%(count)d communes importées.") % {"count": count})
    reference = Reference()
    if not is_up_to_date(reference):
        yield warning(
            _("Les territoires en base ne sont pas ceux de cette version d’Alliage (%(version)s).")
            % {"version": reference.version},
            _("Lancez « alliage import_territories » : ce qui a changé sera dit, les anciennes adresses resteront."),
        )
    dated_on = reference.territories.dated_on
    if localdate(now) - dated_on > REFERENCE_LASTS:
        yield warning(
            _("Le découpage des communes livré avec Alliage date du %(date)s.")
            % {"date": date_format(dated_on, "j F Y")},
            _("Mettez Alliage à jour : un nouveau découpage paraît chaque année."),
        )


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
            _("Enlevez ALLIAGE_DEMO : n’importe qui pourrait administrer le site."),
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
    # As a mail would leave: same encryption, same account.
    server = get_connection("django.core.mail.backends.smtp.EmailBackend", timeout=10)
    try:
        try:
            server.open()
        finally:
            server.close()
    except smtplib.SMTPAuthenticationError:
        yield error(
            _("Le serveur de courriel refuse le compte donné."),
            _("Vérifiez le nom et le mot de passe dans EMAIL_URL."),
        )
    except (OSError, smtplib.SMTPException) as problem:
        yield error(
            _("Le serveur de courriel ne répond pas : %(problem)s.") % {"problem": problem},
            _("Vérifiez EMAIL_URL (nom, port, tls ou ssl)."),
        )
    else:
        yield good(_("Le serveur de courriel répond."))


def shared_cache(now: datetime) -> Iterator[Finding]:
    try:
        cache.set("alliage.doctor", "1", 5)
        answers = cache.get("alliage.doctor") == "1" and not getattr(cache, "is_away", False)
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
    if state.workers and state.oldest_queued_at and now - state.oldest_queued_at > WAITING_TOO_LONG:
        text = ngettext(
            "%(count)d travail attend, depuis le %(since)s.",
            "%(count)d travaux attendent, le plus ancien depuis le %(since)s.",
            state.queued,
        )
        yield warning(
            text % {"count": state.queued, "since": date_format(localtime(state.oldest_queued_at), "j F, H:i")},
            _("Voyez ce qui occupe « alliage worker » dans son journal, ou redémarrez-le."),
        )
    elif state.workers:
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
    """What folders above check themselves: Django checks registered under the tag « doctor »."""
    for message in run_checks(tags=["doctor"], include_deployment_checks=True):
        yield warning(str(message.msg), str(message.hint or ""))


CHECKS: list[Callable[[datetime], Iterator[Finding]]] = [
    python_version, database, secrets, address, demonstration, mail, shared_cache, folders,
]  # fmt: skip
# Asked only of a database that answers and is up to date: otherwise each would say the same thing in its own way.
CHECKS_OF_DATA: list[Callable[[datetime], Iterator[Finding]]] = [prepared, territories, worker, people, declared]


def _database_is_usable() -> bool:
    try:
        return preparation.migrations_to_apply() == 0
    except DatabaseError:
        return False


def examine(now: datetime) -> list[Finding]:
    """Run every check; one that breaks is itself a finding, and does not hide the others."""
    findings: list[Finding] = []
    for check in (*CHECKS, *(CHECKS_OF_DATA if _database_is_usable() else ())):
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
