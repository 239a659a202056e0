"""Lists ask the database as many questions for a thousand rows as for ten. No clock here: `make bench` measures time."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliage.codev.models import Question
from alliage.directory import services
from alliage.directory.enums import EntryKind
from alliage.directory.models import Alliance, Entry, EntryArea, EntryTerm, Membership, Mention, Need
from alliage.directory.tests.factories import (
    AllianceFactory,
    CatalystFactory,
    MentionFactory,
    NeedFactory,
    OrganisationFactory,
)
from alliage.events.models import Event
from alliage.events.tests.factories import SOON, EventFactory
from alliage.jobs.models import Job
from alliage.jobs.tests.factories import JobFactory
from alliage.library.tests import reviewed
from alliage.notifications.models import Notification
from alliage.notifications.tests.factories import NotificationFactory
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories.enums import Kind
from alliage.territories.models import Territory
from alliage.territories.tests.factories import TerritoryFactory
from alliage.website.tests.factories import make_news
from bench.resources import fill_library
from tests.world import NOW, VISITOR, World, build

pytestmark = pytest.mark.either

FEW, MANY = 10, 1_000
NEWS_MANY = 40  # a page of the CMS is a dozen rows: four pages of the list are enough to tell


def organisations(_world: World, first: int, last: int) -> None:
    commune = Territory.objects.get(kind=Kind.COMMUNE, code="42218")
    category = Term.objects.get(vocabulary=Vocabulary.CATEGORIES, code="association")
    made = Entry.objects.bulk_create(
        OrganisationFactory.build(slug=f"essai-{number}", territory=commune, category=category, place_precision="name")
        for number in range(first, last)
    )
    Mention.objects.bulk_create(
        MentionFactory.build(organisation=one, sequence=number % 10 + 1) for number, one in enumerate(made)
    )
    services.rebuilt()


def catalysts(_world: World, first: int, last: int) -> None:
    """With their métiers, their territories, and the organisation where each works."""
    places = list(Territory.objects.filter(kind=Kind.COMMUNE))
    terms = list(Term.objects.filter(vocabulary__in=(Vocabulary.METIERS, Vocabulary.LEVIERS, Vocabulary.ODD)))
    group = Entry.objects.filter(kind=EntryKind.ORGANISATION).earliest("pk")
    made = Entry.objects.bulk_create(
        CatalystFactory.build(slug=f"essai-{number}", territory=places[number % len(places)], place_precision="name")
        for number in range(first, last)
    )
    EntryTerm.objects.bulk_create(EntryTerm(entry=one, term=terms[one.pk % len(terms)]) for one in made)
    EntryArea.objects.bulk_create(EntryArea(entry=one, territory=places[one.pk % len(places)]) for one in made)
    Membership.objects.bulk_create(Membership(person=one, group=group) for one in made[:50])
    services.rebuilt()


def territories(_world: World, first: int, last: int) -> None:
    departement = Territory.objects.get(kind=Kind.DEPARTEMENT, code="42")
    Territory.objects.bulk_create(
        TerritoryFactory.build(
            code=f"43{number:04d}", name=f"Saint-Essai {number}", departement=departement, region=departement.region,
            population=number,
        )
        for number in range(first, last)
    )  # fmt: skip


def terms(_world: World, first: int, last: int) -> None:
    Term.objects.bulk_create(
        TermFactory.build(vocabulary=Vocabulary.LEVIERS, code=f"essai-{number}") for number in range(first, last)
    )


def news(_world: World, first: int, last: int) -> None:
    for number in range(first, min(last, NEWS_MANY)):
        make_news(number)


def notifications(world: World, first: int, last: int) -> None:
    person = world.people["member"]
    Notification.objects.bulk_create(
        NotificationFactory.build(person=person, key=f"essai {number}", title=f"Essai {number}")
        for number in range(first, last)
    )


def jobs(world: World, first: int, last: int) -> None:
    owner = world.people["member"].pk
    Job.objects.bulk_create(
        JobFactory.build(started_by_id=owner, label=f"Essai {number}", created_at=NOW + timedelta(seconds=number))
        for number in range(first, last)
    )


def reviews(world: World, first: int, last: int) -> None:
    reviewed.many(first, last, author=world.people["member"], reviewer=world.people["facilitator"], now=NOW)


def needs(_world: World, first: int, last: int) -> None:
    groups = list(Entry.objects.filter(kind=EntryKind.ORGANISATION).order_by("pk")[:20])
    Need.objects.bulk_create(NeedFactory.build(entry=groups[number % len(groups)]) for number in range(first, last))


def alliances(_world: World, first: int, last: int) -> None:
    made = Entry.objects.bulk_create(
        OrganisationFactory.build(slug=f"allie-{first}-{number}") for number in range(first, last + 1)
    )
    pairs = pairwise(sorted(made, key=lambda entry: entry.pk))
    Alliance.objects.bulk_create(AllianceFactory.build(first=one, second=two) for one, two in pairs)
    services.rebuilt()


def resources(_world: World, _first: int, last: int) -> None:
    fill_library(last)


def questions(world: World, first: int, last: int) -> None:
    author = world.people["member"]
    Question.objects.bulk_create(
        Question(author=author, title=f"Question {number}", text="Comment faire ?") for number in range(first, last)
    )


def events(_world: World, first: int, last: int) -> None:
    """With their levers, their places, their hosts."""
    commune = Territory.objects.get(kind=Kind.COMMUNE, code="42218")
    host = Entry.objects.filter(kind=EntryKind.ORGANISATION).earliest("pk")
    lever = Term.objects.filter(vocabulary=Vocabulary.LEVIERS).earliest("pk")
    made = Event.objects.bulk_create(
        EventFactory.build(
            slug=f"essai-{number}", territory=commune, host=host, starts_at=SOON + timedelta(hours=number * 9),
            ends_at=SOON + timedelta(hours=number * 9 + 1),
        )
        for number in range(first, last)
    )  # fmt: skip
    Event.levers.through.objects.bulk_create(Event.levers.through(event=one, term=lever) for one in made)


Fill = Callable[[World, int, int], None]
LISTS: list[tuple[str, str, Fill]] = [
    ("/", VISITOR, organisations),
    ("/", VISITOR, news),
    ("/annuaire/", VISITOR, organisations),
    ("/annuaire/", "member", organisations),
    ("/annuaire/?categorie=association", VISITOR, organisations),
    ("/annuaire/?territoire=departement:42", VISITOR, organisations),
    ("/annuaire/?q=organisation", VISITOR, organisations),
    ("/annuaire/", VISITOR, catalysts),
    ("/annuaire/?nature=catalyseurs&metier=lieu&levier=alliance&odd=17", VISITOR, catalysts),
    ("/annuaire/?territoire=departement:42&outremer=1", VISITOR, catalysts),
    ("/annuaire/?zone=40,0,50,8&q=catalyseur", "member", catalysts),
    ("/annuaire/organisations/{organisation}/", VISITOR, catalysts),
    ("/annuaire/organisations/{organisation}/", "member", catalysts),
    ("/territoires/departement/42/", VISITOR, catalysts),
    ("/territoires/", VISITOR, territories),
    ("/territoires/?type=commune", VISITOR, territories),
    ("/territoires/?q=saint", VISITOR, territories),
    ("/territoires/suggestions.json?q=saint", VISITOR, territories),
    ("/territoires/departement/42/", VISITOR, territories),
    ("/territoires/departement/42/", VISITOR, organisations),
    ("/territoires/commune/42218/", "member", organisations),
    ("/reperes/leviers/", VISITOR, terms),
    ("/actualites/", VISITOR, news),
    ("/annuaire/besoins/", VISITOR, needs),
    ("/annuaire/besoins/", "member", needs),
    ("/annuaire/alliances/", VISITOR, alliances),
    ("/ressources/", VISITOR, resources),
    ("/ressources/?levier=alliance&odd=17", VISITOR, resources),
    ("/ressources/", "member", resources),
    ("/entraide/", VISITOR, questions),
    ("/entraide/", "member", questions),
    ("/agenda/", VISITOR, events),
    ("/agenda/", "member", events),
    ("/agenda/?levier=alliance&territoire=departement:42&lieu=ligne&outremer=1", VISITOR, events),
    ("/agenda.ics", VISITOR, events),
    ("/", VISITOR, events),
    ("/territoires/commune/42218/", VISITOR, events),
    ("/annuaire/organisations/{organisation}/", VISITOR, events),
    ("/mon-espace/", "member", events),
    ("/mon-espace/", "member", notifications),
    ("/notifications/", "member", notifications),
    ("/travaux/", "member", jobs),
    ("/ressources/relecture/", VISITOR, reviews),
    ("/ressources/a-relire/", "facilitator", reviews),
    ("/ressources/relecture/{review}/", "facilitator", reviews),
    ("/ressources/coups-de-main/", VISITOR, reviews),
    ("/ressources/a-actualiser/", "animator", reviews),
    ("/ressources/a-actualiser/?vue=doutes", "animator", reviews),
    ("/mon-espace/", "member", reviews),
    ("/mon-espace/", "facilitator", reviews),
]


@pytest.fixture
def world(db) -> World:
    return build()


def queries_of(world: World, path: str, role: str) -> int:
    """Statements of a page that was seen before: what a process keeps in memory is there."""
    client, path = world.client(role), path.format(**world.ids)
    cache.clear()
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
        b"".join(response) if response.streaming else None
    assert response.status_code == 200
    return len(captured)


@pytest.mark.parametrize("fill", dict.fromkeys(fill for _path, _role, fill in LISTS), ids=lambda fill: fill.__name__)
def test_a_list_asks_as_many_questions_for_a_thousand_rows_as_for_ten(world, fill):
    lists = [(path, role) for path, role, filled in LISTS if filled is fill]
    fill(world, 0, FEW)
    few = {(path, role): queries_of(world, path, role) for path, role in lists}
    fill(world, FEW, MANY)
    assert {(path, role): queries_of(world, path, role) for path, role in lists} == few
    assert {where: asked for where, asked in few.items() if asked > (6 if where[1] == VISITOR else 12)} == {}


PIECE_QUERIES = 4  # the rows, what documents say of them, who belongs to them and to whom


def test_an_export_asks_by_pieces_of_hundreds_of_rows(world):
    exports = ("/annuaire.csv", "/annuaire.xlsx", "/annuaire.geojson", "/annuaire.json")
    organisations(world, 0, FEW)
    few = {path: queries_of(world, path, VISITOR) for path in exports}
    organisations(world, FEW, MANY)
    many = {path: queries_of(world, path, VISITOR) for path in exports}
    assert {path for path in exports if many[path] > few[path] + PIECE_QUERIES * MANY // 500} == set()
