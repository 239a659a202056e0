"""Signing one exact text, and what undoes it."""

import io

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from alliage.accounts.tests.factories import MemberFactory
from alliage.agreements import documents
from alliage.agreements.enums import State
from alliage.agreements.models import Agreement, Signature
from alliage.agreements.queries import agreements as queries
from alliage.agreements.queries import conventions as reads
from alliage.agreements.registers import conventions as registers
from alliage.agreements.services import agreements as life
from alliage.agreements.services import conventions as services
from alliage.agreements.services import members, partners
from alliage.agreements.services.agreements import AgreementRefused
from alliage.agreements.tests.factories import (
    LATER,
    NOW,
    agreed,
    group,
    opened,
    owner_of,
    scoped,
    sides,
    sign,
)
from alliage.writing import services as writing
from alliage.writing.permissions import writer_of
from alliage.writing.registry import Visit, Writer, member_key

pytestmark = pytest.mark.django_db


def again(agreement: Agreement) -> Agreement:
    return Agreement.objects.get(pk=agreement.pk)


def write(agreement: Agreement, text: str) -> None:
    document = reads.document_of(agreement)
    assert document is not None
    writing.write(document, text, by=Writer("member:0", "Quelqu’un", can_write=True), now=NOW)


def standing(agreement: Agreement) -> list[bool]:
    """Whether the signature of each partner counts for the text of now."""
    digest = reads.digest_of(reads.text_of(again(agreement)))
    return [
        reads.signature_of(each, digest) is not None for each in queries.partners(again(agreement), AnonymousUser())
    ]


def test_it_is_agreed_when_all_have_signed_and_the_text_is_kept_word_for_word():
    made = scoped()
    write(made, "# Nous\n\nNous agissons.")
    mine, other = sides(made)
    assert sign(mine).state == State.SCOPING
    assert sign(mine).state == State.SCOPING
    row = sign(other, now=LATER)
    assert (row.state, row.signed_text, row.agreed_at) == (State.AGREED, "# Nous\n\nNous agissons.", LATER)
    assert row.digest == reads.digest_of(row.signed_text)
    assert [each.partner.name for each in reads.signed_of(row)] == ["Ancrage", "La Boussole"]
    assert reads.text_of(row) == row.signed_text
    assert sign(other).state == State.AGREED
    with pytest.raises(AgreementRefused, match="déjà signée"):
        services.sign(other, "autre", by=owner_of(other), now=LATER)


def test_changing_the_text_undoes_signatures():
    made = scoped()
    mine, other = sides(made)
    sign(mine)
    assert standing(made) == [True, False]
    write(made, "Autre chose.")
    assert standing(made) == [False, False]
    known = queries.partners(again(made), AnonymousUser())
    digest = reads.digest_of("Autre chose.")
    assert [each.name for each in reads.undone(known, digest)] == ["Ancrage"]
    assert [each.name for each in reads.awaited(known, digest)] == ["Ancrage", "La Boussole"]
    assert sign(other).state == State.SCOPING
    assert Signature.objects.get(partner=mine).undone_at == NOW
    assert sign(mine).state == State.AGREED


def test_a_text_that_comes_back_is_not_agreed_by_signatures_that_were_undone():
    made = scoped()
    mine, other = sides(made)
    third = partners.invite(made, group("Le Fournil"), by=owner_of(mine), now=NOW)
    write(made, "Premier texte.")
    sign(mine)
    sign(other)
    write(made, "Second texte.")
    sign(mine)
    sign(other)
    write(made, "Premier texte.")
    partners.decline(third, by=owner_of(third), now=NOW)
    assert again(made).state == State.SCOPING
    sign(mine)
    assert sign(other).state == State.AGREED


def test_what_was_read_is_what_is_signed():
    made = scoped()
    mine = sides(made)[0]
    before = reads.digest_of(reads.text_of(made))
    write(made, "Autre chose.")
    with pytest.raises(AgreementRefused, match="a changé"):
        services.sign(mine, before, by=owner_of(mine), now=NOW)
    write(made, " ")
    with pytest.raises(AgreementRefused, match="vide"):
        sign(mine)
    reads.document_of(made).delete()
    with pytest.raises(AgreementRefused, match="vide"):
        sign(mine)


def test_who_is_asked_does_not_sign_and_nobody_signs_alone():
    made = opened()
    mine, other = sides(made)
    with pytest.raises(AgreementRefused, match="Rejoignez"):
        sign(other)
    assert sign(mine).state == State.SCOPING
    partners.decline(other, by=owner_of(other), now=NOW)
    assert again(made).state == State.SCOPING


def test_it_waits_for_who_is_asked_until_they_answer():
    made = scoped()
    third = partners.invite(made, group("Troisième"), by=owner_of(sides(made)[0]), now=NOW)
    for each in sides(made)[:2]:
        sign(each)
    assert again(made).state == State.SCOPING
    partners.decline(third, by=owner_of(sides(made)[0]), now=LATER)
    assert again(made).state == State.AGREED


def test_when_who_had_not_signed_leaves_the_others_agree():
    made = scoped()
    third = partners.invite(made, group("Troisième"), by=owner_of(sides(made)[0]), now=NOW)
    partners.accept(third, by=owner_of(third), now=NOW)
    for each in sides(made)[:2]:
        sign(each)
    partners.leave(third, by=owner_of(third), now=LATER)
    row = again(made)
    assert row.state == State.AGREED
    services.settle(row, by=None, now=LATER)
    assert row.agreed_at == LATER


def test_its_partners_write_until_it_is_signed_then_nobody():
    made = opened()
    mine, other = sides(made)
    document = reads.document_of(made)

    def writes(user):
        found = writer_of(reads.document_of(made), Visit(user))
        return None if found is None else found.can_write

    assert (writes(owner_of(mine)), writes(owner_of(other)), writes(MemberFactory())) == (True, False, None)
    assert registers.where(document) == (made.get_absolute_url(), "L’accord")
    assert registers.writer(Visit(owner_of(mine)), "x") is None
    partners.accept(other, by=owner_of(other), now=NOW)
    assert writes(owner_of(other)) is True
    sign(mine)
    sign(other)
    assert writes(owner_of(mine)) is False
    Agreement.objects.all().delete()
    assert registers.where(document) == ("", "")
    assert member_key(owner_of(mine)).startswith("member:")


def test_the_convention_on_paper_says_who_signed_and_when():
    made = agreed(subject="Un atelier")
    members.forget_member(owner_of(sides(made)[1]))
    content = documents.printed(again(made), now=NOW)
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())
    for said in ("Un atelier", "Pourquoi cette alliance", "Ancrage", "27 novembre 2026", made.digest[:20]):
        assert said in text
    assert owner_of(sides(made)[0]).get_full_name() in text
    assert "compte est fermé" in text
    assert documents.filename(made) == "convention-un-atelier.pdf"


def test_the_database_keeps_one_signature_that_counts_and_its_text():
    made = scoped()
    mine = sides(made)[0]
    sign(mine)
    for act in (
        lambda: Signature.objects.create(partner=mine, digest="a"),
        lambda: Signature.objects.create(partner=sides(made)[1], digest=""),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_a_closed_agreement_shows_what_was_written():
    made = life.close(scoped(), outcome="", by=None, now=NOW)
    assert reads.text_of(made).startswith("# Pourquoi")
