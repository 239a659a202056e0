"""Name the first administrator of an installation, or another when nobody can any more."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.forms import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from alliage.accounts.enums import Role
from alliage.accounts.models import Member
from alliage.accounts.services import change_role, open_account


class Command(BaseCommand):
    help = "Donne le rôle «\u00a0administration\u00a0» à une adresse ; ouvre son compte s’il n’existe pas."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="adresse électronique, par exemple prenom@exemple.fr")
        parser.add_argument("--name", default="", help="nom affiché du compte à ouvrir")

    @transaction.atomic
    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"« {email} » n’est pas une adresse.") from error
        now = timezone.now()
        member = Member.objects.filter(email__iexact=email, is_active=True).first()
        if member is None:
            member = open_account(email, name, where=_("installation"), now=now)
        change_role(member, Role.ADMINISTRATOR, by=None, now=now, reason=_("installation"))
        self.stdout.write(
            f"{email} tient le rôle «\u00a0administration\u00a0». À la première connexion, une deuxième preuve sera demandée."
        )
