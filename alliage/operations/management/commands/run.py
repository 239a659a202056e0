"""Start the whole platform on one port: prepare what must be, then pages, live endpoints and worker."""

import errno
import os
import socket
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.operations import occupation, preparation, supervisor

# Listening everywhere is not an address that one can ask.
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 compared, not listened on


class Command(BaseCommand):
    help = "Démarre toute la plateforme sur un port : pages, direct et tâches de fond."
    requires_system_checks: list[str] = []  # those of the pages, which start in their own process

    def handle(self, *args: Any, **options: Any) -> None:
        self._refuse_exposed_demo()
        self._refuse_unwritable_database()
        self._refuse_busy_port()
        try:
            with occupation.shared():
                code = self._prepare() or self._run()
        except occupation.Occupied as error:
            raise CommandError(_("Les données de ce site sont en train d’être effacées : recommencez.")) from error
        sys.exit(code)

    def _prepare(self) -> int:
        """In a process of its own: what it loads would stay in memory as long as the site runs."""
        if preparation.is_prepared():
            return 0
        return preparation.prepare_apart()

    def _run(self) -> int:
        started = time.monotonic()
        code = supervisor.supervise(
            supervisor.one_port_processes(),
            ready_url=f"http://{self._own_address()}:{settings.PORT}/direct/sante",
            on_ready=lambda: self._announce(time.monotonic() - started),
            say=self._say,
        )
        self._say(_("Alliage est arrêté. Vos données restent dans %(folder)s.") % {"folder": settings.VAR_DIR})
        return code

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _own_address(self) -> str:
        host = EVERYWHERE.get(settings.BIND, settings.BIND)
        return f"[{host}]" if ":" in host else host

    def _refuse_exposed_demo(self) -> None:
        if not settings.PRODUCTION and not settings.BOUND_TO_LOOPBACK and not settings.DEMO_FORCED:
            raise CommandError(
                _(
                    "ALLIAGE_BIND=%(address)s rend ce site joignable depuis d’autres machines. Choisissez : "
                    "ALLIAGE_DEMO=1 pour une démonstration ouverte à tous, ou ALLIAGE_PRODUCTION=1 pour un vrai site."
                )
                % {"address": settings.BIND}
            )

    def _refuse_unwritable_database(self) -> None:
        database = settings.DATABASES["default"]
        path = Path(database["NAME"])
        if database["ENGINE"].endswith("sqlite3") and path.exists() and not os.access(path, os.W_OK):
            raise CommandError(
                _(
                    "Vous ne pouvez pas écrire dans %(file)s : ce fichier est à un autre utilisateur. "
                    "Rendez-le vôtre, ou choisissez un autre dossier : make run ALLIAGE_VAR=/chemin/vers/dossier"
                )
                % {"file": path}
            )

    def _refuse_busy_port(self) -> None:
        """Say now, in plain words, what the server would say later in its own."""
        try:
            family, kind, protocol, _name, address = socket.getaddrinfo(
                settings.BIND, settings.PORT, type=socket.SOCK_STREAM
            )[0]
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
        except OSError as error:
            raise CommandError(self._why_not(error)) from error

    def _why_not(self, error: OSError) -> str:
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            return _("ALLIAGE_BIND=%(address)s n’est pas une adresse de cette machine.") % {"address": settings.BIND}
        if error.errno == errno.EACCES:
            return _(
                "Le port %(port)d est réservé au système. Choisissez-en un au-dessus de 1023 : make run PORT=8001"
            ) % {"port": settings.PORT}
        return _(
            "Le port %(port)d est déjà pris. Arrêtez ce qui l’occupe, ou choisissez-en un autre : make run PORT=8001"
        ) % {"port": settings.PORT}

    def _announce(self, seconds: float) -> None:
        lines = [
            "",
            _("Alliage répond (en %(seconds).0f s) :") % {"seconds": seconds},
            "",
            f"    {settings.ORIGIN}",
            "",
        ]
        if settings.DEMO:
            lines.append(
                _("Comptes de démonstration (bandeau en haut de page, ou leur adresse sur la page de connexion) :")
            )
            personas = Member.objects.filter(is_demo=True, is_active=True).order_by("pk")
            lines += [f"    {person.name} – {person.get_role_display()} – {person.email}" for person in personas[:12]]
            lines += [
                "",
                _("Les courriels sont gardés ici : %(url)s") % {"url": f"{settings.ORIGIN}/demo/courriers/"},
                "",
            ]
        lines += [_("Ctrl-C arrête tout."), ""]
        self._say("\n".join(lines))
