"""Questions for tests, made by the services: what a test reads is what a person would."""

from datetime import UTC, datetime
from typing import Any

from alliage.accounts.models import Member
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev.help_enums import Readers
from alliage.codev.models import Answer, Question
from alliage.codev.services import answers, births, calls, questions, watch
from alliage.codev.services.questions import Said
from alliage.directory.queries.understanding import by_code
from alliage.directory.tests.factories import CatalystFactory

# A Thursday.
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
TEXT = "Comment ouvrir un tiers-lieu dans l’ancienne école ?"


def ask(text: str = TEXT, *, by: Any = None, now: datetime = NOW, sent: str = "", **said: Any) -> Question:
    return questions.post(Said(text=text, **said), by=by or MemberFactory(), now=now, sent=sent)


def ask_everyone(text: str = TEXT, **options: Any) -> Question:
    return ask(text, readers=Readers.PUBLIC, **options)


def answer(question: Question | None = None, text: str = "Demandez d’abord à la mairie.", **options: Any) -> Answer:
    given = {"by": MemberFactory(), "now": NOW} | options
    return answers.give(question or ask(), text, **given)


def terms(*codes: str) -> list[Any]:
    return [by_code(code) for code in codes]


def practising(*codes: str, name: str = "Dominique", **fields: Any) -> Member:
    """A member whose page in the directory bears these subjects."""
    member = MemberFactory(name=name)
    CatalystFactory(owner=member, name=name, terms=terms(*codes), **fields)
    return member


def ids(member: Member, *, now: datetime) -> dict[str, Any]:
    """What the page table needs: everything is of one member, read by everyone or by members."""
    public = ask_everyone("Comment payer un local partagé ?", by=member, now=now)
    private = ask("Qui a déjà monté une régie de quartier ?", by=member, now=now)
    given = answer(public, by=member, now=now)
    said = answers.complete(given, "Et prévoyez un budget.", by=member, now=now)
    sent = calls.Call.objects.create(
        question=private, member=member, seat=5, month="2026-11", turn=1, reasons=["vous connaissez"], sent_at=now
    )
    watch.take_week(watch.mondays(now)[0], by=member, now=now)
    born = births.begin(answer(public, by=member, now=now), by=member, now=now)
    return {
        "question": public.pk,
        "member_question": private.pk,
        "answer": given.pk,
        "complement": said.pk,
        "call": sent.pk,
        "born": born.resource_id,
    }
