"""Specifications: made from a board, written in versions, signed by two people, published, begun again elsewhere, followed up."""

import csv
import io
import zipfile
from datetime import timedelta
from uuid import uuid4
from xml.etree import ElementTree

import pytest
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from alliage.accounts.tests.factories import MemberFactory
from alliage.events.enums import EventKind, SequenceKind, StewardRole
from alliage.events.models import FollowUp, Sequence, Signature, Specification, SpecificationVersion, Subgroup
from alliage.events.queries import needs as need_queries
from alliage.events.queries import specifications as queries
from alliage.events.services import attendees, followups, merging, needs, specifications, voting, workshop_erasing
from alliage.events.services.boards import WorkshopRefused
from alliage.events.services.followups import Told
from alliage.events.services.needs import Said, Signed
from alliage.events.services.specifications import SpecificationChanged, Written
from alliage.events.tests.factories import NOW, SOON, SequenceFactory, rencontre
from alliage.events.tests.workshops import board_of, comes, holder, published, says, workshop, written
from alliage.events.workshop_enums import NeedState, Outcome, Priority, SignatureRole
from alliage.events.workshop_people import Person
from alliage.library.enums import ProposalState, ResourceKind, State
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


class World:
    """A workshop of a Rencontre, with two needs, one merged from two; who reports and who facilitates it."""

    def __init__(self) -> None:
        self.place = workshop()
        self.board = board_of(self.place)
        self.anne = comes(self.place, member=MemberFactory(name="Anne"))
        self.rapporteur = holder(self.place, StewardRole.RAPPORTEUR, name="Rachid").member
        self.facilitator = holder(self.place, StewardRole.FACILITATOR, name="Fanny").member
        first = says(self.board, self.anne, "une carte", role="maire", example="La carte de Lille")
        second = needs.add_need(self.board, Said("un plan"), by=comes(self.place), now=NOW, signed=Signed("Bruno"))
        by = Person(self.facilitator)
        self.merged = merging.merge(self.board, [first, second], Said("une carte commune", "maire"), by=by, now=NOW)
        needs.prioritise(self.merged, Priority.MUST, by=by, now=NOW)
        voting.vote(self.merged, wanted=True, by=self.anne, now=NOW)
        self.other = says(self.board, self.anne, "du temps", open_point="Qui paie ?", objection="Trop cher")

    def made(self) -> Specification:
        return specifications.make(self.board, by=self.rapporteur, now=NOW)

    def published(self) -> Specification:
        return published(self.board, rapporteur=self.rapporteur, facilitator=self.facilitator)


@pytest.fixture
def w() -> World:
    return World()


# --- Make ------------------------------------------------------------------------------------------------------------


def test_it_is_made_from_the_board_and_each_need_keeps_its_authors_and_originals(w):
    made = w.made()
    assert w.made() == made
    content = made.versions.get().content
    first, second = content["needs"]
    assert (first["wish"], first["priority"], first["votes"]) == ("une carte commune", Priority.MUST, 1)
    assert [each["number"] for each in first["from"]] == [1, 2]
    assert len(first["authors"]) == 2
    assert (second["number"], second["from"]) == (w.other.number, [])
    assert "Atelier 1" in content["sections"]["contexte"]
    assert content["sections"]["publics"] == "- maire"
    assert content["sections"]["non_tranches"] == "- Qui paie ? (besoin n°\u00a04)"
    assert content["sections"]["objections"] == "- Trop cher (besoin n°\u00a04)"
    assert content["sections"]["criteres"] == ""


def test_an_empty_board_makes_none():
    with pytest.raises(WorkshopRefused, match="aucun besoin"):
        specifications.make(board_of(workshop()), by=MemberFactory(), now=NOW)


# --- Write -----------------------------------------------------------------------------------------------------------


def test_writing_makes_versions_and_two_tabs_do_not_write_over_one_another(w):
    made = w.made()
    sections = {**made.versions.get().content["sections"], "suites": "On se revoit en mars."}
    act = uuid4()
    second = specifications.write(made, Written(sections, note=" fini "), seen=1, by=w.rapporteur, now=NOW, act=act)
    assert (second.number, second.note) == (2, "fini")
    again = specifications.write(made, Written(sections), seen=1, by=w.rapporteur, now=NOW, act=act)
    assert again == second
    same = specifications.write(made, Written(sections), seen=1, by=w.rapporteur, now=NOW)
    assert same == second
    with pytest.raises(SpecificationChanged):
        specifications.write(made, Written({**sections, "suites": "autre"}), seen=1, by=w.facilitator, now=NOW)
    assert SpecificationVersion.objects.count() == 2


def test_needs_are_ranked_again_or_left_out_and_their_words_stay_those_of_the_board(w):
    made = w.made()
    said = {w.merged.number: {"priority": Priority.COULD, "wish": "autre chose"}, w.other.number: None}
    version = specifications.write(
        made, Written(made.versions.get().content["sections"], title=" Nouveau  titre ", needs=said), seen=1, by=w.rapporteur, now=NOW
    )  # fmt: skip
    [need] = version.content["needs"]
    assert (need["priority"], need["wish"]) == (Priority.COULD, "une carte commune")
    made.refresh_from_db()
    assert made.title == "Nouveau titre"
    again = specifications.read_board_again(made, by=w.rapporteur, now=NOW)
    assert [each["number"] for each in again.content["needs"]] == [w.merged.number, w.other.number]
    assert specifications.read_board_again(made, by=w.rapporteur, now=NOW).number == again.number


# --- Sign and publish ------------------------------------------------------------------------------------------------


def test_two_people_sign_the_version_that_they_read_then_it_is_published_and_in_the_library(w):
    made = w.made()
    with pytest.raises(WorkshopRefused, match="Critères de réussite"):
        specifications.sign(made, SignatureRole.RAPPORTEUR, number=1, by=w.rapporteur, now=NOW)
    written(made, w.rapporteur)
    with pytest.raises(SpecificationChanged):
        specifications.sign(made, SignatureRole.RAPPORTEUR, number=1, by=w.rapporteur, now=NOW)
    with pytest.raises(WorkshopRefused, match="titre"):
        specifications.sign(made, "moderator", number=2, by=w.rapporteur, now=NOW)
    signed = specifications.sign(made, SignatureRole.RAPPORTEUR, number=2, by=w.rapporteur, now=NOW)
    assert specifications.sign(made, SignatureRole.RAPPORTEUR, number=2, by=w.rapporteur, now=NOW) == signed
    with pytest.raises(WorkshopRefused, match="autre personne"):
        specifications.sign(made, SignatureRole.FACILITATOR, number=2, by=w.rapporteur, now=NOW)
    with pytest.raises(WorkshopRefused, match="déjà signée"):
        specifications.sign(made, SignatureRole.RAPPORTEUR, number=2, by=w.facilitator, now=NOW)
    with pytest.raises(WorkshopRefused, match="Il manque"):
        specifications.publish(made, by=w.rapporteur, now=NOW)
    specifications.sign(made, SignatureRole.FACILITATOR, number=2, by=w.facilitator, now=NOW)
    row = specifications.publish(made, by=w.facilitator, now=NOW)
    assert specifications.publish(made, by=w.facilitator, now=NOW).resource == row.resource
    assert row.is_public
    resource = row.resource
    assert (resource.kind, resource.state, resource.edition) == (ResourceKind.STUDY, State.PUBLISHED, 1)
    assert "une carte commune" in resource.content["sections"]["resultats"]
    assert {author.name for author in resource.authors.all()} == {"Rachid", "Fanny"}
    assert "Anne" not in str(resource.content)


def test_a_new_version_is_signed_again_and_the_public_reads_the_former_one_until_then(w, client):
    row = w.published()
    written_again = specifications.write(
        row, Written({**queries.version_of(row, row.last_number).content["sections"], "suites": "Du neuf"}), seen=row.last_number, by=w.rapporteur, now=NOW
    )  # fmt: skip
    row.refresh_from_db()
    assert (row.published_number, row.last_number) == (2, written_again.number)
    assert "Du neuf" not in client.get(row.get_absolute_url()).content.decode()
    assert client.get(f"{row.get_absolute_url()}versions/{row.last_number}/").status_code == 404
    for role, who in ((SignatureRole.RAPPORTEUR, w.rapporteur), (SignatureRole.FACILITATOR, w.facilitator)):
        specifications.sign(row, role, number=row.last_number, by=who, now=NOW)
    row = specifications.publish(row, by=w.facilitator, now=NOW)
    assert "Du neuf" in client.get(row.get_absolute_url()).content.decode()
    assert row.resource.edition == 2


def test_outside_a_rencontre_it_waits_for_the_review_of_the_library(w):
    w.place.event.kind = EventKind.WORKSHOP
    w.place.event.save()
    row = w.published()
    assert row.is_public
    assert row.resource.state == State.DRAFT
    assert row.resource.proposals.get().state == ProposalState.SUBMITTED
    # The next version takes the place of the one that waits.
    said = {**row.versions.get(number=2).content["sections"], "suites": "Du neuf"}
    rank = {w.merged.number: {"priority": "inconnue"}}
    specifications.write(row, Written(said, needs=rank), seen=2, by=w.rapporteur, now=NOW)
    for role, who in ((SignatureRole.RAPPORTEUR, w.rapporteur), (SignatureRole.FACILITATOR, w.facilitator)):
        specifications.sign(row, role, number=3, by=who, now=NOW)
    row = specifications.publish(row, by=w.facilitator, now=NOW)
    proposal = row.resource.proposals.get()
    assert proposal.state == ProposalState.SUBMITTED
    assert "Du neuf" in proposal.content["sections"]["resultats"]
    # While somebody reads it, it is left to them.
    row.resource.proposals.update(state=ProposalState.IN_REVIEW)
    specifications.write(row, Written({**said, "suites": "Plus tard"}), seen=3, by=w.rapporteur, now=NOW)
    for role, who in ((SignatureRole.RAPPORTEUR, w.rapporteur), (SignatureRole.FACILITATOR, w.facilitator)):
        specifications.sign(row, role, number=4, by=who, now=NOW)
    row = specifications.publish(row, by=w.facilitator, now=NOW)
    assert "Du neuf" in row.resource.proposals.get().content["sections"]["resultats"]
    # Given back to its authors, it takes the words of the next version.
    row.resource.proposals.update(state=ProposalState.DRAFT)
    specifications.write(row, Written({**said, "suites": "Enfin"}), seen=4, by=w.rapporteur, now=NOW)
    for role, who in ((SignatureRole.RAPPORTEUR, w.rapporteur), (SignatureRole.FACILITATOR, w.facilitator)):
        specifications.sign(row, role, number=5, by=who, now=NOW)
    row = specifications.publish(row, by=w.facilitator, now=NOW)
    assert "Enfin" in row.resource.proposals.get().content["sections"]["resultats"]


def test_who_may_sign_is_who_holds_the_workshop_or_one_of_its_sub_groups(w):
    made, lea, max_ = w.made(), MemberFactory(), MemberFactory()
    Subgroup.objects.create(sequence=w.place, rank=1, title="A", facilitator=lea, rapporteur=max_)
    assert queries.roles_of(made, w.rapporteur) == {SignatureRole.RAPPORTEUR}
    assert queries.roles_of(made, lea) == {SignatureRole.FACILITATOR}
    assert queries.roles_of(made, max_) == {SignatureRole.RAPPORTEUR}
    assert queries.roles_of(made, MemberFactory()) == set()


# --- Elsewhere -------------------------------------------------------------------------------------------------------


def test_another_territory_begins_from_it_with_its_lineage(w):
    source = w.published()
    commune, lea = TerritoryFactory(name="Saint-Laurent-du-Maroni"), MemberFactory(name="Léa")
    copy = specifications.adapt(source, commune, by=lea, now=NOW)
    assert specifications.adapt(source, commune, by=lea, now=NOW) == copy
    assert (copy.adapted_from, copy.territory, copy.board) == (source, commune, None)
    content = copy.versions.get().content
    assert content["sections"]["contexte"].startswith("Parti de")
    number = content["needs"][0]["number"]
    version = specifications.write(
        copy,
        Written(content["sections"], needs={number: {"priority": "must", "wish": "une carte du fleuve", "role": "", "aim": "voir"}}),
        seen=1, by=lea, now=NOW,
    )  # fmt: skip
    assert (version.content["needs"][0]["wish"], version.content["needs"][0]["role"]) == ("une carte du fleuve", "")
    assert version.content["needs"][0]["authors"] == content["needs"][0]["authors"]
    with pytest.raises(WorkshopRefused, match="ne vient pas"):
        specifications.read_board_again(copy, by=lea, now=NOW)
    assert queries.roles_of(copy, lea) == {SignatureRole.RAPPORTEUR}
    assert queries.roles_of(copy, w.rapporteur) == set()
    specifications.sign(copy, SignatureRole.RAPPORTEUR, number=2, by=lea, now=NOW)
    copy = specifications.publish(copy, by=lea, now=NOW)
    assert copy.resource.proposals.get().state == ProposalState.SUBMITTED
    assert copy.resource.origin.original == source.resource
    third = specifications.write(
        copy, Written({**content["sections"], "suites": "Bientôt"}), seen=copy.last_number, by=lea, now=NOW
    )
    assert third.number == 3


def test_nobody_begins_from_what_is_not_published(w):
    with pytest.raises(WorkshopRefused, match="pas encore publié"):
        specifications.adapt(w.made(), TerritoryFactory(), by=MemberFactory(), now=NOW)


# --- What became of it -----------------------------------------------------------------------------------------------


def test_what_became_of_each_need_is_said_and_kept(w):
    row = w.published()
    act, number = uuid4(), w.merged.number
    today = NOW.date()
    told = Told(number, Outcome.STUDIED, today - timedelta(days=9), "Un  groupe s’en occupe")
    first = followups.tell(row, told, by=w.rapporteur, now=NOW, act=act)
    assert followups.tell(row, told, by=w.rapporteur, now=NOW, act=act) == first
    followups.tell(row, Told(number, Outcome.DONE, today, "", "https://exemple.fr/"), by=w.rapporteur, now=NOW)
    assert first.note == "Un groupe s’en occupe"
    content = queries.version_of(row, row.published_number).content
    shown = queries.shown_needs(content)
    for need in shown:
        need.followups = queries.followups(row).get(need.plain["number"], [])
    assert shown[0].outcome.outcome == Outcome.DONE
    assert len(shown[0].followups) == 2
    assert shown[1].outcome is None
    summary = queries.told(shown)
    assert ({code: count for code, _label, count in summary.counts}[Outcome.DONE], summary.silent) == (1, 1)
    for wrong, words in (
        (Told(999, Outcome.DONE, today), "pas dans le cahier"),
        (Told(number, "x", today), "où en est"),
        (Told(number, Outcome.DONE, today + timedelta(days=2)), "pas encore venue"),
        (Told(number, Outcome.DONE, today, url="javascript:alert(1)"), "https"),
    ):
        with pytest.raises(WorkshopRefused, match=words):
            followups.tell(row, wrong, by=w.rapporteur, now=NOW)


def test_what_is_not_published_has_no_follow_up(w):
    with pytest.raises(WorkshopRefused, match="pas encore publié"):
        followups.tell(w.made(), Told(1, Outcome.DONE, NOW.date()), by=w.rapporteur, now=NOW)


def words(archive: bytes, part: str) -> str:
    """The text of an office file, without its markup."""
    return " ".join(ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(archive)).read(part)).itertext())


# --- Exports read back -----------------------------------------------------------------------------------------------


def test_every_export_is_read_back_with_the_same_needs_and_only_the_names_given(w, client):
    row = w.published()
    base = row.get_absolute_url().rstrip("/")

    def taken(extension: str) -> bytes:
        response = client.get(f"{base}.{extension}")
        assert response.status_code == 200
        return b"".join(response.streaming_content) if response.streaming else response.content

    table = list(csv.DictReader(io.StringIO(taken("csv").decode("utf-8-sig"))))
    assert [line["phrase"] for line in table] == [
        "En tant que maire, j’ai besoin d’une carte commune.",
        "J’ai besoin du temps.",
    ]
    assert table[0]["auteurs"] == "Anne et une personne de l’atelier"
    assert table[0]["vient_de"] == "1 2"
    pdf = "".join(page.extract_text() for page in PdfReader(io.BytesIO(taken("pdf"))).pages)
    docx, odt = words(taken("docx"), "word/document.xml"), words(taken("odt"), "content.xml")
    for text in (pdf, docx, odt):
        flat = " ".join(text.split())
        assert "une carte commune" in flat
        assert "Rachid" in flat
        assert "Bruno" not in flat


# --- Personal data, moderation ---------------------------------------------------------------------------------------


def test_whoever_leaves_is_named_nowhere_and_what_they_said_stays(w, client):
    row = w.published()
    assert "Anne" in client.get(row.get_absolute_url()).content.decode()
    assert [each["signe"] for each in need_queries.export_of(w.anne.member)] == ["Anne", "Anne", "Anne"]
    exported = queries.export_of(w.rapporteur)
    assert (len(exported["versions"]), len(exported["signatures"]), exported["suites"]) == (2, 1, [])
    workshop_erasing.forget_member(w.anne.member)
    workshop_erasing.forget_member(w.rapporteur)
    said = client.get(row.get_absolute_url()).content.decode()
    assert "Anne" not in said
    assert "Rachid" not in said
    assert "une carte commune" in said
    assert not w.board.votes.exists()


def test_someone_without_an_account_is_forgotten_too(w):
    bruno = comes(w.place)
    need = says(w.board, bruno, "à oublier")
    voting.vote(need, wanted=True, by=bruno, now=NOW)
    Sequence.objects.filter(pk=w.place.pk).update(seat_count=1)
    attendees.cancel_registration(bruno.attendee, by=None, now=NOW)
    assert need.authors.get().name == ""
    assert not need.votes.exists()


def test_a_year_later_only_those_who_agreed_are_still_named(w):
    bruno, chloe = comes(w.place, name="Bruno"), comes(w.place, name="Chloé")
    needs = [says(w.board, bruno, "sans mon nom"), says(w.board, chloe, "avec mon nom")]
    needs[0].authors.update(is_public=False)
    attendees.forget_old(w.place.event.ends_at + timedelta(days=366))
    assert [each.authors.get().name for each in needs] == ["", "Chloé"]


def test_moderation_hides_a_specification_from_everyone_but_those_who_write_it(w, client):
    row = w.published()
    specifications.hide(row, by=None, now=NOW)
    assert client.get(row.get_absolute_url()).status_code == 404
    client.force_login(w.rapporteur)
    assert client.get(row.get_absolute_url()).status_code == 200
    client.logout()
    specifications.restore(row, by=None, now=NOW)
    assert client.get(row.get_absolute_url()).status_code == 200


# --- The 2020 day ----------------------------------------------------------------------------------------------------


def test_the_five_workshops_of_2020_leave_five_specifications(client):
    """Five in parallel, four named by the programme; merged needs, votes, two signatures each, every format."""
    day = rencontre(slug="rencontre-2020")
    gathering = Sequence.objects.get(event=day, kind=SequenceKind.WORKSHOPS)
    Sequence.objects.filter(parent=gathering).delete()
    themes = (
        "Une vitrine pour le réseau",
        "Une plateforme de capitalisation partagée",
        "Une plateforme d’échanges entre pairs pour codévelopper en ligne",
        "Une plateforme pédagogique pour accompagner les territoires",
        "Thème non précisé par le programme",
    )
    for rank, theme in enumerate(themes, start=10):
        place = SequenceFactory(event=day, parent=gathering, kind=SequenceKind.WORKSHOP, rank=rank, title=theme, starts_at=SOON)  # fmt: skip
        board, by = board_of(place), holder(place)
        people = [comes(place) for _each in range(12)]
        for turn, who in enumerate(people):
            says(board, who, f"besoin {turn}", role="catalyseur")
        live = list(board.needs.order_by("number"))
        merged = merging.merge(board, live[:4], Said("un besoin commun", "catalyseur"), by=by, now=NOW)
        for who in people:
            voting.vote(merged, wanted=True, by=who, now=NOW)
        needs.prioritise(merged, Priority.MUST, by=by, now=NOW)
        published(board, rapporteur=holder(place, StewardRole.RAPPORTEUR).member, facilitator=by.member)
    made = queries.of_event(day.pk)
    assert [each.title for each in made] == list(themes)
    for each in made:
        [top, *_others] = queries.version_of(each, each.published_number).content["needs"]
        assert (top["votes"], len(top["authors"]), len(top["from"])) == (12, 4, 4)
        for extension in ("docx", "odt", "csv", "pdf"):
            assert client.get(f"/cahiers/{each.pk}.{extension}").status_code == 200
    assert all(each.resource.state == State.PUBLISHED for each in made)
    assert merged.state == NeedState.LIVE


# --- What the database refuses ---------------------------------------------------------------------------------------


def test_the_database_holds_the_rules_of_specifications(w):
    row = w.published()
    version = row.versions.get(number=2)
    signed = version.signatures.get(role=SignatureRole.RAPPORTEUR)
    act = uuid4()
    FollowUp.objects.create(specification=row, need_number=1, outcome=Outcome.DONE, on=NOW.date(), act=act)
    for make in (
        lambda: Specification.objects.filter(pk=row.pk).update(title=""),
        lambda: Specification.objects.filter(pk=row.pk).update(published_at=None),
        lambda: Specification.objects.filter(pk=row.pk).update(published_number=99),
        lambda: Specification.objects.create(board=w.board, title="x"),
        lambda: SpecificationVersion.objects.create(specification=row, number=2, content={}),
        lambda: SpecificationVersion.objects.create(specification=row, number=0, content={}),
        lambda: Signature.objects.create(version=version, role=SignatureRole.RAPPORTEUR),
        lambda: Signature.objects.filter(pk=signed.pk).update(role="x"),
        lambda: Signature.objects.filter(pk=signed.pk).update(member=w.facilitator),
        lambda: FollowUp.objects.create(specification=row, need_number=1, outcome=Outcome.DONE, on=NOW.date(), act=act),
        lambda: FollowUp.objects.create(specification=row, need_number=1, outcome="x", on=NOW.date()),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            make()
