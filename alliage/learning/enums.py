"""Words of learning: who is in a territory's file, who answers, how far an action is, what a step of a path is."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FileRole(models.TextChoices):
    """What someone does in a territory's file. One person holds it; the team writes; a catalyst reads and advises."""

    HOLDER = "holder", _("tient le dossier")
    TEAM = "team", _("équipe du territoire")
    CATALYST = "catalyst", _("accompagne le territoire")


WRITERS = frozenset({FileRole.HOLDER, FileRole.TEAM})


class Means(models.TextChoices):
    """People paid to carry projects, as the territory declares them; the fewest first. Nothing said is not « none »."""

    UNSAID = "unsaid", _("nous ne l’avons pas dit")
    NOBODY = "nobody", _("personne à temps plein")
    ONE = "one", _("une personne")
    FEW = "few", _("deux à quatre personnes")
    MANY = "many", _("cinq personnes ou plus")


class Depth(models.TextChoices):
    """How far a diagnostic goes: seven levers in ten minutes, or one lever in depth."""

    SHORT = "short", _("court, sur les sept leviers")
    DEEP = "deep", _("approfondi, sur un levier")


class Wording(models.TextChoices):
    """To which kind of territory an affirmation is said."""

    ANY = "any", _("tout territoire")
    COMMUNE = "commune", _("une commune")
    GROUPED = "epci", _("une intercommunalité")
    LARGE = "departement", _("un département, une région")


class RespondentRole(models.TextChoices):
    """From where someone looks at the territory."""

    ELECTED = "elected", _("élue ou élu")
    AGENT = "agent", _("agent de la collectivité")
    ASSOCIATION = "association", _("association")
    COMPANY = "company", _("entreprise")
    INHABITANT = "inhabitant", _("habitante ou habitant")
    OTHER = "other", _("autre regard")


class ActionState(models.TextChoices):
    """How far an action of the plan is."""

    TO_DO = "todo", _("à faire")
    DOING = "doing", _("en cours")
    STUCK = "stuck", _("bloquée")
    DONE = "done", _("faite")
    DROPPED = "dropped", _("abandonnée")


# What still has to be done.
PENDING = frozenset({ActionState.TO_DO, ActionState.DOING, ActionState.STUCK})
ACTION_MOVES: dict[str, frozenset[str]] = {
    state: frozenset(set(ActionState.values) - {state}) for state in ActionState.values
}


class AdviceKind(models.TextChoices):
    """What a catalyst proposes to a territory."""

    RESOURCE = "resource", _("une ressource")
    PERSON = "person", _("une personne")
    EVENT = "event", _("un rendez-vous")


class AdviceState(models.TextChoices):
    """What the territory made of it. « Planned » became an action of the plan."""

    SENT = "sent", _("envoyé")
    ACCEPTED = "accepted", _("retenu")
    PLANNED = "planned", _("mis au plan")
    SET_ASIDE = "aside", _("écarté")


ADVICE_MOVES: dict[str, frozenset[str]] = {
    AdviceState.SENT: frozenset({AdviceState.ACCEPTED, AdviceState.PLANNED, AdviceState.SET_ASIDE}),
    AdviceState.ACCEPTED: frozenset({AdviceState.PLANNED, AdviceState.SET_ASIDE}),
    # Its action was taken out of the plan.
    AdviceState.PLANNED: frozenset({AdviceState.ACCEPTED}),
    AdviceState.SET_ASIDE: frozenset({AdviceState.ACCEPTED, AdviceState.PLANNED}),
}


class PathState(models.TextChoices):
    DRAFT = "draft", _("en préparation")
    PUBLISHED = "published", _("publié")
    RETIRED = "retired", _("retiré")


PATH_MOVES: dict[str, frozenset[str]] = {
    PathState.DRAFT: frozenset({PathState.PUBLISHED}),
    PathState.PUBLISHED: frozenset({PathState.RETIRED}),
    PathState.RETIRED: frozenset({PathState.PUBLISHED}),
}


class StepKind(models.TextChoices):
    """What a step of a path is: a live object of the network, or a few lines of its own."""

    TEXT = "text", _("une lecture courte")
    RESOURCE = "resource", _("une ressource")
    QUIZ = "quiz", _("quelques questions")
    EXERCISE = "exercise", _("un exercice sur votre territoire")
    EVENT = "event", _("un rendez-vous")
    CODEV = "codev", _("une séance de codéveloppement")
    DIAGNOSTIC = "diagnostic", _("un diagnostic")


class Length(models.TextChoices):
    """How much time one gives to a path; the shorter is inside the longer. The smallest version that holds a step is its own."""

    SHORT = "short", _("deux heures")
    MEDIUM = "medium", _("quatre heures")
    LONG = "long", _("douze heures")


# Which steps each version holds.
LENGTHS: dict[str, tuple[str, ...]] = {
    Length.SHORT: (Length.SHORT,),
    Length.MEDIUM: (Length.SHORT, Length.MEDIUM),
    Length.LONG: (Length.SHORT, Length.MEDIUM, Length.LONG),
}


class CohortState(models.TextChoices):
    """A draft is seen by whoever prepares it; once closed, a cohort does not open again: its report is made."""

    DRAFT = "draft", _("en préparation")
    OPEN = "open", _("ouverte")
    CLOSED = "closed", _("close")


COHORT_MOVES: dict[str, frozenset[str]] = {
    CohortState.DRAFT: frozenset({CohortState.OPEN}),
    CohortState.OPEN: frozenset({CohortState.CLOSED}),
    CohortState.CLOSED: frozenset(),
}


class Held(models.TextChoices):
    """One year after a cohort: whether what was chosen held."""

    YES = "yes", _("oui")
    PARTLY = "partly", _("en partie")
    NO = "no", _("non")


class NeedsMeasure(models.TextChoices):
    """What « la vue des besoins » counts of a territory on a lever. Each is said or not whatever the other levers are (needs_figures.py)."""

    WANTED = "wanted", _("une priorité")
    PLANNED = "planned", _("une action au plan")
    STUCK = "stuck", _("une action bloquée")
