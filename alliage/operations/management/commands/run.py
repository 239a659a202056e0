"""Start the whole platform on one port: prepare what must be, then pages, live endpoints and worker."""

import socket
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.operations import preparation, supervisor


class Command(BaseCommand):
    help = "Démarre toute la plateforme sur un port : pages, direct et tâches de fond."

    def handle(self, *args: Any, **options: Any) -> None:
        self._refuse_exposed_demo()
        self._refuse_busy_port()
        started = time.monotonic()
        if not preparation.is_prepared():
            call_command("prepare", stdout=self.stdout)
        code = supervisor.supervise(
            supervisor.one_port_processes(),
            ready_url=f"http://127.0.0.1:{settings.PORT}/direct/sante",
            on_ready=lambda: self._announce(time.monotonic() - started),
        )
        self.stdout.write(_("Alliage est arrêté. Vos données restent dans %(folder)s.") % {"folder": settings.VAR_DIR})
        sys.exit(code)

    def _refuse_exposed_demo(self) -> None:
        if not settings.PRODUCTION and not settings.BOUND_TO_LOOPBACK and not settings.DEMO_FORCED:
            raise CommandError(
                _(
                    "ALLIAGE_BIND=%(address)s rend ce site joignable depuis d’autres machines. Choisissez : "
                    "ALLIAGE_DEMO=1 pour une démonstration ouverte à tous, ou ALLIAGE_PRODUCTION=1 pour un vrai site."
                )
                % {"address": settings.BIND}
            )

    def _refuse_busy_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.BIND, settings.PORT))
            except OSError as error:
                raise CommandError(
                    _(
                        "Le port %(port)d est déjà pris. Arrêtez ce qui l’occupe, ou choisissez-en un autre : make run PORT=8001"
                    )
                    % {"port": settings.PORT}
                ) from error

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
        self.stdout.write("\n".join(lines))
        self.stdout.flush()
