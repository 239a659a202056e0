"""What reviews add: what is told to authors, reviewers and animators, what time does, the desk, « mon espace », personal data."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alliage.accounts.registry import PersonalData, personal_data
from alliage.jobs.registry import Periodic, schedule
from alliage.library.enums import ReviewDeed
from alliage.library.models import Proposal, ReviewAct
from alliage.library.queries import reviews as queries
from alliage.library.queries.desk import desk_of
from alliage.library.services import review_log, reviews
from alliage.moderation.registry import DeskQueue, queues
from alliage.notifications.enums import Frequency
from alliage.notifications.registry import Message, NotificationKind, kinds
from alliage.ui.registry import DeskPanel, desk_panels

_TITLES = {
    ReviewDeed.TAKEN: gettext_lazy("%(name)s : quelqu’un relit votre texte"),
    ReviewDeed.GIVEN_BACK: gettext_lazy("%(name)s : votre texte attend une autre personne pour le relire"),
    ReviewDeed.CHANGES_ASKED: gettext_lazy("%(name)s : des changements vous sont demandés"),
    ReviewDeed.ACCEPTED: gettext_lazy("%(name)s : c’est publié"),
    ReviewDeed.PUBLISHED: gettext_lazy("%(name)s : c’est publié"),
    ReviewDeed.REFUSED: gettext_lazy("%(name)s : votre texte n’est pas retenu"),
}
_REVIEWED = {
    ReviewDeed.SUBMITTED: gettext_lazy("Un texte que vous relisez est revenu"),
    ReviewDeed.TAKEN: gettext_lazy("Quelqu’un d’autre relit maintenant un texte que vous aviez pris"),
    ReviewDeed.TAKEN_BACK: gettext_lazy("Un texte que vous relisiez est repris par qui l’écrit"),
    ReviewDeed.DROPPED: gettext_lazy("Un texte que vous relisiez est abandonné"),
}


def review_url(proposal: Proposal) -> str:
    return reverse("library:review", args=[proposal.pk])


def _named(proposal: Proposal) -> str:
    """Its title, for its author; not even that when its territory must not be named: a mail is read by others."""
    title = proposal.content.get("title")
    if not title or proposal.content.get("hides_place"):
        return _("Votre proposition")
    return _("« %(title)s »") % {"title": title}


def told_to_author(act: ReviewAct, _by: Any) -> Message:
    """What was asked stays on the page: a mail would leave it anywhere."""
    proposal, deed = act.proposal, ReviewDeed(act.deed)
    title = _TITLES[deed] % {"name": _named(proposal)}
    if deed in (ReviewDeed.ACCEPTED, ReviewDeed.PUBLISHED):
        return Message(
            title, reverse("library:permanent", args=[proposal.resource_id]), _("Merci de ce que vous partagez.")
        )
    if deed == ReviewDeed.CHANGES_ASKED:
        return Message(
            title, review_url(proposal), _("Les remarques sont sur la page, à côté de ce qu’elles concernent.")
        )
    return Message(title, review_url(proposal))


def told_to_reviewer(act: ReviewAct, _by: Any) -> Message:
    """Never its title: it is not public."""
    dropped = act.deed == ReviewDeed.DROPPED
    return Message(
        str(_REVIEWED[ReviewDeed(act.deed)]), reverse("library:to_review") if dropped else review_url(act.proposal)
    )


def to_take(act: ReviewAct, _by: Any) -> Message:
    return Message(_("Un texte attend une relecture"), review_url(act.proposal))


kinds.add(
    NotificationKind(
        review_log.MINE,
        gettext_lazy("Mes propositions de ressources"),
        gettext_lazy("Prises en relecture, à reprendre, publiées."),
        describe=told_to_author,
    )
)
kinds.add(
    NotificationKind(
        review_log.REVIEWED,
        gettext_lazy("Les textes que je relis"),
        gettext_lazy("Un texte que vous avez pris est revenu, ou n’est plus à relire."),
        describe=told_to_reviewer,
    )
)
kinds.add(
    NotificationKind(
        review_log.TO_TAKE,
        gettext_lazy("Les textes qui attendent une relecture"),
        gettext_lazy("Pour qui relit : une ressource vient d’être proposée."),
        default_frequency=Frequency.DAILY,
        describe=to_take,
    )
)


# --- What waits for too long ---------------------------------------------------------------------------------------


def waits_too_long(proposal: Proposal, _by: Any) -> Message:
    """For animators; never its title in a mail."""
    days = (timezone.localdate() - timezone.localdate(proposal.moved_at)).days
    title = ngettext(
        "Un texte attend une relecture depuis %(count)d jour",
        "Un texte attend une relecture depuis %(count)d jours",
        days,
    )
    return Message(title % {"count": days}, review_url(proposal))


def author_forgets(proposal: Proposal, _by: Any) -> Message:
    return Message(
        _("%(name)s : des changements vous attendent toujours") % {"name": _named(proposal)},
        review_url(proposal),
        _("Renvoyez le texte quand il est prêt, même si tout n’est pas repris."),
    )


kinds.add(
    NotificationKind(
        reviews.ORPHAN,
        gettext_lazy("Les textes qui attendent une relecture depuis longtemps"),
        gettext_lazy("Pour l’équipe d’animation : personne ne les a pris, ou la relecture s’est arrêtée."),
        default_frequency=Frequency.DAILY,
        describe=waits_too_long,
    )
)
kinds.add(
    NotificationKind(
        reviews.FORGOTTEN,
        gettext_lazy("Mes propositions à reprendre"),
        gettext_lazy("Un rappel, un mois après la demande de changements."),
        describe=author_forgets,
    )
)
queues.add(
    DeskQueue(
        "library.late_reviews",
        gettext_lazy("Textes qui attendent une relecture"),
        None,
        "/ressources/a-relire/?vue=tard",
        position=30,
        help=gettext_lazy(
            "Depuis une semaine, trois jours pour une première contribution, ou relus par quelqu’un qui ne répond plus."
        ),
        rows=lambda: queries.orphans(timezone.now()),
    )
)
schedule.add(
    Periodic(
        "library.reviews",
        every=timedelta(days=1),
        offset=timedelta(hours=6, minutes=20),
        run=reviews.tend_reviews,
        label=gettext_lazy("Dire quels textes attendent une relecture depuis longtemps"),
    )
)


# --- « Mon espace », personal data ---------------------------------------------------------------------------------


def panel(request: HttpRequest) -> dict[str, Any] | None:
    """What a reviewer reads and what they may take; read with the kits and the collections of the page."""
    waiting = desk_of(request).reviews
    mine = sorted((each for each in waiting if each.first), key=lambda line: (line.moment, line.number))
    return {"mine": mine, "count": len(waiting) - len(mine)} if waiting else None


desk_panels.add(DeskPanel("library.reviews", "library/_review_panel.html", panel, position=12))
personal_data.add(
    PersonalData(
        "library.reviews",
        gettext_lazy("Ce que j’ai écrit en relisant, ou en réponse"),
        queries.export_of,
        reviews.forget_member,
    )
)
