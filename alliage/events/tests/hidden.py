"""A Rencontre that everyone reads, and in it all that is not for everyone, under the word « canari »; a draft, and one that was hidden."""

from datetime import datetime
from uuid import uuid4

from alliage.accounts.models import Member
from alliage.accounts.tests.factories import MemberFactory
from alliage.events import registration_links, speaker_links
from alliage.events.enums import EventState, SequenceKind
from alliage.events.live_enums import ContributionState
from alliage.events.models import Contribution, Event, Sequence
from alliage.events.services import minutes, planning, sheets
from alliage.events.services.minutes import Line
from alliage.events.tests import workshops
from alliage.events.tests.exhibited import PanelFactory
from alliage.events.tests.factories import SpeakerFactory, held_day, rencontre, seated, webinar

OPEN = "#ouverte"


def plant(owner: Member, *, now: datetime) -> tuple[list[str], list[str]]:
    """The addresses of pages and of acts that are its organisers' alone; those that everyone opens end with « #ouverte »."""
    day = rencontre(
        slug="jour-ouvert", title="Un jour ouvert à tous", owner=owner, join_url="https://canari.exemple.fr/jour", phone="canari 03"
    )  # fmt: skip
    first = Sequence.objects.get(event=day, rank=1)
    Sequence.objects.filter(event=day).update(join_url="https://canari.exemple.fr/salle", phone="canari 04")
    seat = seated(first, name="canari inscrite", organisation="canari organisation", email="canari-i@exemple.fr",
                  answers={"q": "canari réponse"})  # fmt: skip
    seat.attendee.token_digest = registration_links.digest(registration_links.token_of(seat.attendee.seed))
    seat.attendee.save()
    speaker = SpeakerFactory(event=day, name="Awa Diallo", email="canari-s@exemple.fr")
    sheet = sheets.ensure(speaker)
    sheet.message = "canari mot"
    sheet.save()
    planning.write(day, None, title="canari tâche", offset=-3, text="canari rappel", who="canari", by=owner, now=now)
    PanelFactory(event=day, title="canari panneau", text="canari territoire", author=owner)
    written_down(owner, now=now)
    work = workshops.first_of(day)
    board = workshops.board_of(work)
    need = workshops.says(board, workshops.comes(work, name="canari autrice"), "canari besoin")
    card = workshops.card(work, owner)
    draft = webinar(slug="un-brouillon", title="canari en préparation", state=EventState.DRAFT, owner=owner)
    masked = webinar(slug="un-masque", title="canari masqué", is_hidden=True, owner=owner)
    kept = rencontre(slug="un-jour-garde", title="canari jour", state=EventState.DRAFT, owner=owner)
    return (
        [
            *private_of(day, first), *pages_of(kept, Sequence.objects.filter(event=kept).earliest("rank")),
            *(f"/agenda/{each.slug}{page}" for each in (draft, masked) for page in ("/", ".ics", "/inscription/", "/modifier/", "/inscrits/")),
            *(f"/ateliers/{work.pk}/{page}" for page in ("besoins/", "besoins/papier/", "besoins/papier/cartes.pdf", f"besoins/papier/{card.pk}/", "besoins.csv", f"besoins/{need.number}/", "mur/", "preparer/")),
            card.file.get_absolute_url() if card.file else "",
            *(f"/sequences/{first.pk}/direct/{OPEN}", f"/ateliers/{work.pk}/{OPEN}", f"/agenda/{day.slug}/inscription/{OPEN}", f"/agenda/{OPEN}"),
            *(f"/rencontres/{day.slug}/{page}{OPEN}" for page in ("", "programme/", "programme.json", "programme.ics", "programme.csv", "exposition/", "actes/", f"sequences/{first.pk}/")),
            *(f"/inscriptions/{each}/" for each in (seat.attendee.seed, seat.attendee.token_digest, seat.attendee.pk)),
            *(f"/intervenants/{each}/" for each in (sheet.seed, sheet.token_digest, sheet.pk)),
            *(f"/rencontres/compte-rendu/{page}{OPEN}" for page in ("", "actes/")),
            "/rencontres/compte-rendu/actes/preparer/",
        ],
        [
            f"/agenda/{day.slug}/inscrits/places/", f"/agenda/{draft.slug}/geste/", f"/rencontres/{day.slug}/preparer/etat/",
            f"/sequences/{first.pk}/direct/preparer/", f"/ateliers/{work.pk}/besoins/papier/", f"/ateliers/{work.pk}/besoins/papier/{card.pk}/",
        ],
    )  # fmt: skip


def private_of(day: Event, sequence: Sequence) -> list[str]:
    """What organisers alone open."""
    attendee = day.attendees.earliest("pk")
    return [
        *(f"/agenda/{day.slug}/{page}" for page in ("inscrits/", "inscrits.csv", "inscrits.xlsx", f"inscrits/{attendee.pk}/", "salles/", "inscrits/ecrire/")),
        *(f"/rencontres/{day.slug}/preparer/{page}" for page in ("", "programme/", "intervenants/", "retroplanning/", "retroplanning.ics", "repetitions/", f"sequences/{sequence.pk}/")),
        f"/rencontres/{day.slug}/exposition/organiser/", f"/rencontres/{day.slug}/reprendre/",
    ]  # fmt: skip


def pages_of(day: Event, sequence: Sequence) -> list[str]:
    """Every page of a Rencontre that is not published."""
    return [
        *(f"/rencontres/{day.slug}/{page}" for page in ("", "programme/", f"sequences/{sequence.pk}/", f"sequences/{sequence.pk}.ics", "exposition/", "actes/")),
        *(f"/rencontres/{day.slug}/programme.{each}" for each in ("ics", "json", "csv", "xcal")),
        f"/agenda/{day.slug}/inscription/", f"/sequences/{sequence.pk}/direct/",
        f"/ateliers/{Sequence.objects.filter(event=day, kind=SequenceKind.WORKSHOP).earliest('pk').pk}/",
    ]  # fmt: skip


def written_down(owner: Member, *, now: datetime) -> None:
    """A Rencontre that was held: an account that nobody signed, a contribution that waits, one put aside."""
    held = held_day(now, slug="compte-rendu", title="Un jour passé", owner=owner)
    sequence = Sequence.objects.get(event=held, rank=1)
    minutes.write(sequence, minutes.Said((Line("canari compte rendu", ""),), edition=0), by=owner, now=now)
    for state in (ContributionState.WAITING, ContributionState.HIDDEN):
        Contribution.objects.create(
            sequence=sequence, kind="need", text="canari contribution", signed="canari signé", state=state, act=uuid4(),
            member=MemberFactory(), written_at=now,
        )  # fmt: skip


def secret_links_of(day: Event) -> list[str]:
    """The links that their people alone hold: they open, and show what is theirs."""
    attendee, speaker = day.attendees.earliest("pk"), day.speakers.earliest("pk")
    return [
        f"/inscriptions/{registration_links.token_of(attendee.seed)}/",
        f"/intervenants/{speaker_links.token_of(speaker.sheet.seed)}/",
    ]
