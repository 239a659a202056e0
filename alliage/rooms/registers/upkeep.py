"""What is done regularly, and what members are told of what rooms keep about them."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from alliage.accounts.registry import PersonalData, personal_data
from alliage.jobs.registry import Periodic, schedule
from alliage.rooms.queries import personal
from alliage.rooms.services import rooms, spread

schedule.add(
    Periodic(
        "rooms.erase",
        timedelta(hours=6),
        lambda now: rooms.erase_due(now=now),
        _("Effacer les salles dont le jour est venu"),
    )
)
schedule.add(
    Periodic(
        "rooms.spread",
        timedelta(minutes=15),
        lambda now: spread.move_on(now=now),
        _("Faire avancer les salles sur plusieurs jours"),
    )
)
personal_data.add(PersonalData("rooms", _("Mes salles et ce que j’y ai écrit"), personal.export_of, personal.forget))
