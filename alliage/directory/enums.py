"""Kinds of entries, what an organisation did in a day, how well a place is known, who may see what."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EntryKind(models.TextChoices):
    """The codes are the words of the addresses: /annuaire/<address>/ (see `ADDRESSES`)."""

    CATALYST = "catalyst", _("catalyseur territorial")
    ORGANISATION = "organisation", _("organisation")
    TEAM = "team", _("équipe de territoire")


# The word of each kind in addresses and filters.
ADDRESSES = {
    EntryKind.CATALYST: "catalyseurs",
    EntryKind.ORGANISATION: "organisations",
    EntryKind.TEAM: "equipes",
}


class Means(models.TextChoices):
    """The engineering means that a team declares."""

    UNKNOWN = "", _("non précisés")
    NONE = "none", _("aucun moyen dédié")
    PART_TIME = "part_time", _("une personne à temps partiel")
    TEAM = "team", _("une équipe")


class Role(models.TextChoices):
    """What the programme says that an organisation does."""

    PARTNER = "partner", _("partenaire")
    SPEAKER = "speaker", _("mise en perspective")
    CROSSED = "crossed", _("regards croisés")
    MODERATOR = "moderator", _("animation")
    WITNESS = "witness", _("témoignage")
    DEBATE = "debate", _("débat")
    INSIGHT = "insight", _("pastille « éclairage »")
    TOOL = "tool", _("pastille « outillage »")
    STUDY = "study", _("étude ou sondage")
    SUPPORT = "support", _("appui")


class PlacePrecision(models.TextChoices):
    """How the place of an entry is known."""

    UNKNOWN = "", _("lieu non précisé")
    NAME = "name", _("lieu d’après son nom")
    SEAT = "seat", _("siège")
    ADDRESS = "address", _("adresse")


class Visibility(models.TextChoices):
    """Who may see an entry, or one field of it. Nobody: its owner and those it names only."""

    PUBLIC = "public", _("tout le monde")
    MEMBERS = "members", _("les membres du réseau")
    NOBODY = "nobody", _("personne d’autre que moi")


# Fields whose owner says who sees them: column `<field>_visibility`. What is not here is seen with the entry.
FIELDS = ("function", "presentation", "photo", "phone", "links", "place", "memberships")


class Blur(models.IntegerChoices):
    """How far, in metres, the point shown may be from the true one, which is not kept."""

    NONE = 0, _("position exacte")
    M500 = 500, _("à 500 m près")
    KM1 = 1000, _("à 1 km près")
    KM2 = 2000, _("à 2 km près")
    KM5 = 5000, _("à 5 km près")


class RequestState(models.TextChoices):
    """Where a request for help stands: `REQUEST_MOVES` says what may follow what."""

    SENT = "sent", _("envoyée")
    SEEN = "seen", _("lue")
    ANSWERED = "answered", _("une réponse est arrivée")
    HANDED_OVER = "handed_over", _("confiée à l’équipe d’animation")
    CLOSED = "closed", _("close")


REQUEST_MOVES: dict[str, frozenset[str]] = {
    RequestState.SENT: frozenset(
        {RequestState.SEEN, RequestState.ANSWERED, RequestState.HANDED_OVER, RequestState.CLOSED}
    ),
    RequestState.SEEN: frozenset({RequestState.ANSWERED, RequestState.HANDED_OVER, RequestState.CLOSED}),
    RequestState.HANDED_OVER: frozenset({RequestState.SENT, RequestState.ANSWERED, RequestState.CLOSED}),
    RequestState.ANSWERED: frozenset({RequestState.CLOSED}),
    RequestState.CLOSED: frozenset(),
}


class RecipientState(models.TextChoices):
    """Where a request stands for one of those who received it: `RECIPIENT_MOVES` says what may follow what."""

    SENT = "sent", _("pas encore lue")
    SEEN = "seen", _("lue")
    ANSWERED = "answered", _("a répondu")
    DECLINED = "declined", _("ne peut pas aider cette fois")
    PASSED = "passed", _("a transmis à quelqu’un d’autre")


RECIPIENT_MOVES: dict[str, frozenset[str]] = {
    RecipientState.SENT: frozenset(
        {RecipientState.SEEN, RecipientState.ANSWERED, RecipientState.DECLINED, RecipientState.PASSED}
    ),
    RecipientState.SEEN: frozenset({RecipientState.ANSWERED, RecipientState.DECLINED, RecipientState.PASSED}),
    RecipientState.ANSWERED: frozenset(),
    RecipientState.DECLINED: frozenset({RecipientState.ANSWERED}),
    RecipientState.PASSED: frozenset({RecipientState.ANSWERED}),
}


class Outcome(models.TextChoices):
    """What came of a request, said by the person who made it."""

    UNKNOWN = "", _("non précisé")
    HELPED = "helped", _("j’ai été aidé")
    NOT_HELPED = "not_helped", _("je n’ai pas été aidé")


class Voice(models.TextChoices):
    """Who speaks in the thread of a request."""

    REQUESTER = "requester", _("la personne qui demande")
    RECIPIENT = "recipient", _("catalyseur")
    ANIMATOR = "animator", _("équipe d’animation")


class JoinKind(models.TextChoices):
    """What is asked: by a member (to belong, to hold the entry), or by a group (an invitation)."""

    JOIN = "join", _("rejoindre")
    CLAIM = "claim", _("tenir la fiche")
    INVITE = "invite", _("invitation")


class JoinState(models.TextChoices):
    """open → accepted, refused or withdrawn."""

    OPEN = "open", _("en attente")
    ACCEPTED = "accepted", _("acceptée")
    REFUSED = "refused", _("refusée")
    WITHDRAWN = "withdrawn", _("retirée")


class ChangeAct(models.TextChoices):
    """What a person did to an entry."""

    CREATED = "created", _("créée")
    EDITED = "edited", _("modifiée")
    PUBLISHED = "published", _("publiée")
    WITHDRAWN = "withdrawn", _("retirée")
    GIVEN = "given", _("confiée")
    PEOPLE = "people", _("personnes modifiées")


class Reach(models.IntegerChoices):
    """What the territories of an entry are to the one that is asked, the closest first: lists are in this order."""

    EQUAL = 0, _("agit sur ce territoire")
    INSIDE = 1, _("agit dans une partie de ce territoire")
    AROUND = 2, _("agit sur un territoire qui le contient")
    NATIONAL = 3, _("agit dans toute la France")


class AllianceState(models.TextChoices):
    """declared → confirmed or refused. Only what is confirmed is shown to others than its two sides."""

    DECLARED = "declared", _("déclarée, en attente de l’autre partie")
    CONFIRMED = "confirmed", _("confirmée")
    REFUSED = "refused", _("non reconnue par l’autre partie")


ALLIANCE_STEPS = {
    AllianceState.DECLARED: frozenset({AllianceState.CONFIRMED, AllianceState.REFUSED}),
    AllianceState.REFUSED: frozenset({AllianceState.DECLARED}),
    AllianceState.CONFIRMED: frozenset({AllianceState.REFUSED}),
}


class NeedSide(models.TextChoices):
    """Who speaks: a territory asks, a company offers, a foundation calls. The codes are the words of the filter `nature`."""

    NEED = "besoin", _("besoin")
    OFFER = "offre", _("offre")
    CALL = "appel", _("appel")


class NeedKind(models.TextChoices):
    """What is sought or given. The codes are the words of the filter `quoi`."""

    SKILLS = "competences", _("compétences")
    PLACE = "lieu", _("lieu")
    EQUIPMENT = "materiel", _("matériel")
    MONEY = "argent", _("argent")
    TIME = "temps", _("temps")


class NeedState(models.TextChoices):
    """Where a need or an offer stands: `NEED_MOVES` says what may follow what."""

    DRAFT = "draft", _("pas encore montrée")
    OPEN = "open", _("ouverte")
    ANSWERED = "answered", _("une réponse est arrivée")
    MET = "met", _("aboutie")
    CLOSED = "closed", _("close")
    EXPIRED = "expired", _("échue")


NEED_MOVES: dict[str, frozenset[str]] = {
    NeedState.DRAFT: frozenset({NeedState.OPEN}),
    NeedState.OPEN: frozenset({NeedState.ANSWERED, NeedState.MET, NeedState.CLOSED, NeedState.EXPIRED}),
    NeedState.ANSWERED: frozenset({NeedState.MET, NeedState.CLOSED, NeedState.EXPIRED}),
    NeedState.EXPIRED: frozenset({NeedState.OPEN, NeedState.MET, NeedState.CLOSED}),
    NeedState.MET: frozenset(),
    NeedState.CLOSED: frozenset(),
}
# Those that anyone may find in the list, until the day they end.
NEEDS_SHOWN = (NeedState.OPEN, NeedState.ANSWERED)


class Freshness(models.TextChoices):
    """How long ago someone who knows said that an entry is right (freshness.py)."""

    FRESH = "fresh", _("à jour")
    AGEING = "ageing", _("confirmée il y a plus d’un an")
    STALE = "stale", _("confirmée il y a plus de deux ans")
    NEVER = "never", _("jamais confirmée")


class FreshnessDeed(models.TextChoices):
    """What was done about the freshness of an entry."""

    CONFIRMED = "confirmed", _("confirmée")
    WITHDRAWN = "withdrawn", _("retirée de la carte")


class FreshnessWay(models.TextChoices):
    """How it was done."""

    OWNER = "owner", _("par qui la tient")
    LINK = "link", _("par le lien d’un rappel")
    ANIMATOR = "animator", _("par l’équipe d’animation")
    SILENCE = "silence", _("après un long silence")


class Says(models.TextChoices):
    """What a member knows of an entry: never what they think of it."""

    KNOWN = "known", _("je connais cet acteur")
    OUTDATED = "outdated", _("ce n’est plus exact")


class OutdatedPart(models.TextChoices):
    """What is no longer right in an entry."""

    NAME = "name", _("le nom")
    FUNCTION = "function", _("la fonction ou la catégorie")
    PRESENTATION = "presentation", _("la présentation, les métiers, les sujets")
    PLACE = "place", _("le lieu ou les territoires")
    PEOPLE = "people", _("les personnes ou les organisations")
    CONTACT = "contact", _("le téléphone, le site, les liens")
    GONE = "gone", _("n’agit plus, ou n’existe plus")
    OTHER = "other", _("autre chose")


class OutdatedState(models.TextChoices):
    """Where « ce n’est plus exact » stands: `OUTDATED_MOVES` says what may follow what. Empty for « je connais »."""

    NOTHING = "", "–"
    OPEN = "open", _("chez qui tient la fiche")
    HANDED = "handed", _("chez l’équipe d’animation")
    CORRECTED = "corrected", _("corrigée")
    RIGHT = "right", _("vérifiée : la fiche est exacte")


OUTDATED_MOVES: dict[str, frozenset[str]] = {
    OutdatedState.NOTHING: frozenset(),
    OutdatedState.OPEN: frozenset({OutdatedState.HANDED, OutdatedState.CORRECTED}),
    OutdatedState.HANDED: frozenset({OutdatedState.CORRECTED, OutdatedState.RIGHT}),
    OutdatedState.CORRECTED: frozenset(),
    OutdatedState.RIGHT: frozenset(),
}


class HostState(models.TextChoices):
    """Whether the pages of a site may hold ours in a frame."""

    ASKED = "asked", _("demandé")
    ALLOWED = "allowed", _("autorisé")
    REFUSED = "refused", _("refusé")
