"""Agreements for tests, made through the services: `scoped()`, `agreed()`, `active()`, `reviewed()`."""

from datetime import UTC, datetime, timedelta
from typing import Any

from alliage.accounts.models import Member
from alliage.accounts.tests.factories import MemberFactory
from alliage.agreements.models import Agreement, Partner, Review
from alliage.agreements.queries import conventions as reads
from alliage.agreements.queries import reviews as asked
from alliage.agreements.services import agreements as life
from alliage.agreements.services import conventions, partners, reviews
from alliage.directory.models import Entry
from alliage.directory.tests.factories import OrganisationFactory

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def group(name: str, *, owner: Member | None = None) -> Entry:
    """An organisation that somebody holds."""
    return OrganisationFactory(name=name, owner=owner or MemberFactory())


def asked_of(agreement: Agreement, entry: Entry) -> Partner:
    return agreement.partners.select_related("entry__owner").get(entry=entry)


def owner_of(partner: Partner) -> Any:
    """Who acts for it."""
    assert partner.entry is not None
    return partner.entry.owner


def opened(*, mine: Entry | None = None, other: Entry | None = None, now: datetime = NOW, **said: Any) -> Agreement:
    """`mine` opened it, `other` has not answered."""
    mine, other = mine or group("Ancrage"), other or group("La Boussole")
    words = life.Said(said.pop("subject", "Un atelier partagé"), **said)
    return life.open_agreement(mine, other, words, by=mine.owner, now=now)


def sides(agreement: Agreement) -> list[Partner]:
    """In the order in which they were asked."""
    return list(agreement.partners.select_related("entry__owner").order_by("pk"))


def scoped(**more: Any) -> Agreement:
    """Both are in; nobody signed."""
    made = opened(**more)
    other = sides(made)[1]
    partners.accept(other, by=owner_of(other), now=more.get("now", NOW))
    return Agreement.objects.get(pk=made.pk)


def sign(partner: Partner, *, now: datetime = NOW) -> Agreement:
    """The text as it stands."""
    digest = reads.digest_of(reads.text_of(Agreement.objects.get(pk=partner.agreement_id)))
    return conventions.sign(partner, digest, by=owner_of(partner), now=now)


def agreed(**more: Any) -> Agreement:
    made = scoped(**more)
    for each in sides(made):
        sign(each, now=more.get("now", NOW))
    return Agreement.objects.get(pk=made.pk)


def active(**more: Any) -> Agreement:
    made = agreed(**more)
    return life.start(made, by=owner_of(sides(made)[0]), now=more.get("now", NOW))


def lights(light: str = "green", **more: str) -> dict[str, str]:
    """The same everywhere unless said: `lights("green", charge="red")`."""
    return {each.code: light for each in asked.affirmations()} | more


def answer(review: Review, partner: Partner, light: str = "green", *, word: str = "", now: datetime = NOW, **more: str):
    return reviews.answer(review, partner, lights(light, **more), word=word, by=owner_of(partner), now=now)


def reviewed(**more: Any) -> Review:
    """Both answered: the first says that the load weighs."""
    made = active(**more)
    first, second = sides(made)
    now = more.get("now", NOW)
    review = reviews.open_review(made, by=owner_of(first), now=now)
    answer(review, first, charge="red", word="Nous portons presque tout.", now=now)
    answer(review, second, now=now)
    return Review.objects.select_related("agreement").get(pk=review.pk)
