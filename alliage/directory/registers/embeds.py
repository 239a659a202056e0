"""What frames on other sites add: the kinds of frames, a desk queue, what time does."""

from datetime import timedelta

from django.utils.translation import gettext_lazy

from alliage.directory import embed_frames
from alliage.directory.queries import embeds as queries
from alliage.directory.registry import Embeddable, embeddables
from alliage.directory.services import embeds as services
from alliage.jobs.registry import Periodic, schedule
from alliage.moderation.registry import DeskQueue, queues

embeddables.add(Embeddable("carte", gettext_lazy("La carte de l’annuaire"), 640, embed_frames.the_map, is_list=True))
embeddables.add(Embeddable("liste", gettext_lazy("La liste de l’annuaire"), 720, embed_frames.the_list, is_list=True))
embeddables.add(
    Embeddable("fiche", gettext_lazy("Une fiche"), 360, embed_frames.entry, record_of=embed_frames.entry_of)
)
embeddables.add(
    Embeddable("alliance", gettext_lazy("Une alliance"), 260, embed_frames.alliance, record_of=embed_frames.alliance_of)
)
embeddables.add(
    Embeddable("besoin", gettext_lazy("Un besoin ou une offre"), 300, embed_frames.need, record_of=embed_frames.need_of)
)
embeddables.add(
    Embeddable(
        "territoire", gettext_lazy("Un territoire"), 480, embed_frames.territory, record_of=embed_frames.territory_of
    )
)
queues.add(
    DeskQueue(
        "directory.embed_hosts",
        gettext_lazy("Sites qui demandent à intégrer"),
        queries.waiting_count,
        "/integrer/sites/",
        position=40,
        help=gettext_lazy("Des sites voudraient montrer la carte, la liste ou une fiche dans leurs pages."),
    )
)
schedule.add(
    Periodic(
        "directory.forget_displays",
        every=timedelta(days=1),
        offset=timedelta(hours=4),
        run=services.forget_old,
        label=gettext_lazy("Oublier les anciens comptes d’affichages"),
    )
)
