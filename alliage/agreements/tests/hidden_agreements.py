"""An agreement whose every word is « canari », and the addresses where only its partners' people find it."""

from datetime import datetime

from alliage.accounts.models import Member
from alliage.agreements.models import Review
from alliage.agreements.queries.conventions import document_of
from alliage.agreements.services import agreements as life
from alliage.agreements.services import partners, reviews
from alliage.agreements.tests.factories import asked_of, group, lights, opened, sign
from alliage.writing import services as writing
from alliage.writing.registry import Writer


def plant_agreements(owner: Member, *, now: datetime) -> tuple[list[str], list[str]]:
    """Pages, then acts: one that is written, one that was lived, reviewed, talked over and closed."""
    mine = group("Un partenaire", owner=owner)
    written = opened(mine=mine, other=group("Un invité"), subject="canari accord", now=now)
    document = document_of(written)
    assert document is not None
    writing.write(document, "canari convention", by=Writer("member:0", "", can_write=True), now=now)
    lived, review = _lived(mine, owner, now=now)
    room = reviews.talk(review, by=owner, now=now)
    life.close(lived, outcome="canari suite", by=owner, now=now)
    base, other = f"/accords/{written.pk}", f"/accords/{lived.pk}"
    bilan = f"{other}/bilans/{review.number}"
    return (
        [
            *(f"{base}/{page}" for page in ("", "modifier/", "inviter/", "clore/", "convention/", "signer/")),
            *(f"{other}/{page}" for page in ("", "convention/", "convention.pdf")),
            *(f"{bilan}/{page}" for page in ("", "repondre/")),
            f"/ecrits/{document.pk}/",
            f"/ecrits/{document.pk}.txt",
            f"/salles/{room.code}/",
        ],
        [
            *(f"{base}/{page}" for page in ("geste/", "modifier/", "inviter/", "clore/", "signer/")),
            *(f"{bilan}/{page}" for page in ("geste/", "repondre/")),
        ],
    )


def _lived(mine, owner: Member, *, now: datetime):
    other = group("Un autre partenaire")
    made = opened(mine=mine, other=other, subject="canari vécu", now=now)
    document = document_of(made)
    writing.write(document, "canari signé", by=Writer("member:0", "", can_write=True), now=now)
    partners.accept(asked_of(made, other), by=other.owner, now=now)
    for entry in (mine, other):
        sign(asked_of(made, entry), now=now)
    made = life.start(made, by=owner, now=now)
    review = reviews.open_review(made, by=owner, now=now)
    for entry in (mine, other):
        reviews.answer(review, asked_of(made, entry), lights(), word="canari mot", by=entry.owner, now=now)
    return made, Review.objects.get(pk=review.pk)
