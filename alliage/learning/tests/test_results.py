"""The result of a diagnostic: read by those of the file, taken away by them, and by nobody else; what it says."""

import csv
import io
import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.urls import reverse

from alliage.accounts.tests.factories import MemberFactory
from alliage.codev.tests.factories import group_of
from alliage.directory.tests.factories import CatalystFactory, changed
from alliage.events.tests.factories import webinar
from alliage.learning import respondent_links
from alliage.learning.enums import FileRole
from alliage.learning.models import Diagnostic
from alliage.learning.queries import proposals
from alliage.learning.queries import results as queries
from alliage.learning.queries.results import Found
from alliage.learning.registers.results import where_we_stand
from alliage.learning.tests.factories import (
    LEVERS,
    NOW,
    DiagnosticFactory,
    RespondentFactory,
    TerritoryFileFactory,
    answered,
    closed,
    closed_diagnostic,
    enter,
    holder_of,
    opened,
    questions,
    statement,
)
from alliage.library.tests.factories import published
from alliage.taxonomy.models import Term
from alliage.territories.tests.factories import TerritoryFactory
from alliage.territories.tests.places import small_france

pytestmark = pytest.mark.django_db
ALL = dict.fromkeys(LEVERS, 2)


@pytest.fixture(autouse=True)
def _words():
    call_command("load_taxonomy", verbosity=0)


@pytest.fixture
def place():
    TerritoryFactory(code="35001", name="Bourg-Loin", population=430)
    return small_france()


def of_three(file, *, now=NOW, **more):
    """Three people who do not see « alliance » alike."""
    made = DiagnosticFactory(file=file, opened_at=now, **more)
    wishes = {"numerique": 4}
    answered(made, role="elected", shows_role=True, wishes=wishes, **(ALL | {"alliance": 4, "numerique": 1}))
    answered(made, role="agent", shows_role=True, wishes=wishes, **(ALL | {"alliance": 1, "numerique": 1}))
    answered(made, role="agent", shows_role=True, **(ALL | {"alliance": 1, "numerique": "?", "modele": 3}))
    return closed(made, now=now)


def url_of(diagnostic, form=""):
    name, more = ("learning:result_export", [form]) if form else ("learning:result", [])
    return reverse(name, args=[diagnostic.file_id, diagnostic.number, *more])


def read(diagnostic):
    found = queries.in_file(diagnostic.file_id, diagnostic.number)
    assert isinstance(found, Found)
    return found


# --- What it says ----------------------------------------------------------------------------------------------------


def test_the_level_is_explained_by_the_levers_that_decide_it_and_by_what_would_change_it():
    reading = read(closed_diagnostic(alliance=3, numerique=3, modele=1)).reading
    assert (reading.level, reading.level_name) == (2, "structuration")
    assert "6 sur 7" in reading.why
    assert "«\u00a0Alliance\u00a0»" in reading.why
    assert reading.next_step.startswith("2 leviers de plus mèneraient à «\u00a0déploiement\u00a0»")
    assert {each.term.code for each in reading.deciding} <= set(LEVERS) - {"modele"}
    first = read(closed_diagnostic(**dict.fromkeys(LEVERS, 1))).reading
    assert "c’est un bon endroit d’où partir" in first.why
    top = read(closed_diagnostic(**dict.fromkeys(LEVERS, 4))).reading
    assert (top.level, top.next_step, len(top.strengths), top.has_strong) == (4, "", 3, True)


def test_what_nobody_knows_has_no_level_and_is_said_without_reproach():
    reading = read(closed_diagnostic(**dict.fromkeys(LEVERS, "?"))).reading
    assert (reading.level, reading.why, reading.strengths) == (None, "", ())
    assert reading.level_name == "pas encore de niveau"
    assert reading.priorities[0].reasons == ("trop peu de réponses sont connues",)
    assert reading.lines[0].level_name == "à éclaircir"


def test_priorities_are_low_wished_for_or_seen_differently_and_each_says_why():
    reading = read(of_three(TerritoryFileFactory())).reading
    first, second, third = reading.priorities
    assert first.term.code == "numerique"
    assert (
        first.why
        == "parce que c’est votre levier le moins avancé («\u00a0émergence\u00a0») et que l’envie est là («\u00a0dès maintenant\u00a0»)"
    )
    assert second.term.code == "alliance"
    assert second.reasons[-1] == "vos regards diffèrent beaucoup"
    assert second.starts[0].title == "Affirmation alliance 1"
    assert third.reasons
    assert all(
        each.reasons[0].startswith("c’est l’un de vos leviers les moins avancés")
        for each in read(closed_diagnostic()).reading.priorities
    )
    everywhere_high = read(closed_diagnostic(**(dict.fromkeys(LEVERS, 3) | {"ecosysteme": 2}))).reading
    assert everywhere_high.priorities[1].reasons == ("c’est là qu’il reste le plus à faire",)


def test_crossed_views_say_gaps_and_agreements_and_never_between_two_people():
    reading = read(of_three(TerritoryFileFactory())).reading
    assert reading.disagreements[0].said == (
        "2 fois «\u00a0Pas encore\u00a0»",
        "1 fois «\u00a0C’est partagé et cela sert à d’autres\u00a0»",
    )
    assert {each.term.code for each in reading.agreements} <= set(LEVERS) - {"alliance", "modele"}
    assert [(role.label, role.count) for role in reading.roles] == [
        ("agent de la collectivité", "2"),
        ("élue ou élu", "1"),
    ]
    assert reading.by_code["alliance"].gap == "de «\u00a0émergence\u00a0» à «\u00a0rayonnement\u00a0»"
    assert reading.by_code["strategie"].gap == "regards proches"
    two = DiagnosticFactory()
    answered(two, **ALL)
    answered(two, **(ALL | {"alliance": 4}))
    found = read(closed(two))
    assert (found.reading.disagreements, found.reading.agreements, found.reading.shows_detail) == ((), (), False)
    columns = queries.columns(two.opening)
    assert (columns.rows, columns.are_hidden) == ([], True)


@pytest.mark.parametrize("people", [1, 2])
def test_below_three_people_a_file_reads_levels_alone_wherever_it_looks(client, people):
    """One answers 1 and 2, the other 4 and 2: neither a mean, nor a gap, nor an affirmation leads back to them."""
    made = DiagnosticFactory()
    for level in (4, 1)[:people]:
        answered(made, role="elected", shows_role=True, wishes={"alliance": level}, **(ALL | {"alliance": level}))
    closed(made)
    reading = read(made).reading
    assert {(line.lowest, line.highest, line.spread, line.gap) for line in reading.lines} == {(None, None, None, "")}
    assert all(line.mean == line.level for line in reading.lines)
    assert reading.by_code["alliance"].place == str(reading.by_code["alliance"].level)
    assert (reading.deciding, reading.roles, reading.priorities[0].starts) == ((), (), ())
    client.force_login(holder_of(made.file))
    page = client.get(url_of(made)).content.decode()
    assert "À partir de trois réponses" in page
    assert "Affirmation" not in page
    assert "CSV" not in page
    told = client.get(url_of(made, "json")).json()
    assert (told["statements"], told["roles"]) == ({}, {})
    assert set(told["levers"]["alliance"]) == {"level"}
    assert client.get(url_of(made, "csv")).status_code == 404
    assert {client.get(url_of(made, form)).status_code for form in ("pdf", "docx", "pptx")} == {200}


def test_an_affirmation_said_with_other_words_is_compared_and_told():
    file = TerritoryFileFactory()
    of_three(file)
    later = NOW + timedelta(days=180)
    asked = [each | {"title": "Dite mieux"} if each["code"] == "alliance-2" else each for each in questions()]
    second = of_three(file, number=2, now=later, opening=opened(asked, now=later))
    change = read(second).change
    assert change is not None
    assert change.reworded == ("Dite mieux",)


def test_two_versions_of_the_questions_are_compared_on_what_both_ask_and_the_first_answers_stay():
    file = TerritoryFileFactory()
    first = closed_diagnostic(file, alliance=1)
    kept = Diagnostic.objects.get(pk=first.pk).result
    asked = [each for each in questions() if each["code"] != "alliance-4"] + [
        statement("alliance-5", "Affirmation nouvelle")
    ]
    later = NOW + timedelta(days=180)
    second = DiagnosticFactory(file=file, number=2, opening=opened(asked, now=later), opened_at=later)
    answered(second, **(ALL | {"alliance": 3}))
    closed(second, now=later)
    assert second.opening.version_id != first.opening.version_id
    found = read(second)
    assert found.before == first
    assert found.change is not None
    assert (found.change.new, found.change.gone) == (("Affirmation nouvelle",), ("Affirmation alliance 4",))
    moved = {each.term.code: each for each in found.change.moved}
    assert (moved["alliance"].by, moved["alliance"].words, moved["alliance"].common) == (2.0, "en progrès", 3)
    assert moved["modele"].words == "stable"
    assert found.change.level_words == "", "levels of different affirmations are not compared"
    assert Diagnostic.objects.get(pk=first.pk).result == kept
    assert [each.title for each in read(first).reading.statements if each.term.code == "alliance"][
        -1
    ] == "Affirmation alliance 4"
    assert first.opening.responses.get().answers["alliance-4"] == "1"


def test_the_same_questions_asked_again_tell_levels_too():
    file = TerritoryFileFactory()
    closed_diagnostic(file)
    later = NOW + timedelta(days=180)
    again = DiagnosticFactory(file=file, number=2, opened_at=later)
    answered(again, **dict.fromkeys(LEVERS, 1))
    found = read(closed(again, now=later))
    assert found.change is not None
    assert found.change.level_words.startswith("Vous étiez au niveau «\u00a0structuration\u00a0»")
    assert {each.words for each in found.change.moved} == {"en retrait, ou vu autrement"}
    third = DiagnosticFactory(file=file, number=3, opened_at=later)
    answered(third, **(dict.fromkeys(LEVERS, 1) | {"alliance": "?"}))
    change = read(closed(third, now=later)).change
    assert change is not None
    assert change.level_words == "Vous restez au niveau «\u00a0émergence\u00a0»."
    assert "alliance" not in {each.term.code for each in change.moved}


# --- Who reads it ----------------------------------------------------------------------------------------------------


def test_those_of_the_file_read_it_and_it_does_not_exist_for_others(client, animator):
    diagnostic = of_three(TerritoryFileFactory())
    catalyst = MemberFactory()
    enter(diagnostic.file, catalyst, FileRole.CATALYST)
    for reader in (holder_of(diagnostic.file), catalyst):
        client.force_login(reader)
        page = client.get(url_of(diagnostic)).content.decode()
        assert "Où nous en sommes" in page
        assert ("Compter dans les comparaisons" in page) == (reader != catalyst)
    for stranger in (MemberFactory(), animator):
        client.force_login(stranger)
        for form in ("", "pdf", "csv", "json", "docx", "pptx"):
            assert client.get(url_of(diagnostic, form)).status_code == 404
    client.logout()
    assert client.get(url_of(diagnostic)).status_code == 302


def test_an_open_diagnostic_has_no_result_yet_and_an_unknown_one_none_at_all(client):
    diagnostic = DiagnosticFactory()
    client.force_login(holder_of(diagnostic.file))
    assert client.get(url_of(diagnostic))["Location"] == diagnostic.get_absolute_url()
    assert client.get(url_of(diagnostic, "pdf")).status_code == 404
    assert client.get(url_of(SimpleNamespace(file_id=diagnostic.file_id, number=7))).status_code == 404


def test_the_team_lets_it_count_and_takes_it_back_and_a_catalyst_does_neither(client):
    diagnostic = of_three(TerritoryFileFactory())
    client.force_login(holder_of(diagnostic.file))
    assert client.post(url_of(diagnostic), {"act": "compare"})["Location"].endswith("#semblables")
    diagnostic.refresh_from_db()
    assert diagnostic.is_compared
    assert "Votre résultat attend" in client.get(url_of(diagnostic)).content.decode()
    client.post(url_of(diagnostic), {"act": "leave"})
    client.post(url_of(diagnostic), {"act": "\x00"})
    diagnostic.refresh_from_db()
    assert not diagnostic.is_compared
    deep = closed(deep_one(diagnostic.file))
    client.post(url_of(deep), {"act": "compare"})
    deep.refresh_from_db()
    assert not deep.is_compared
    catalyst = MemberFactory()
    enter(diagnostic.file, catalyst, FileRole.CATALYST)
    client.force_login(catalyst)
    assert client.post(url_of(diagnostic), {"act": "compare"}).status_code == 404


def deep_one(file):
    deep = DiagnosticFactory(
        file=file, number=9, depth="deep", lever="alliance", opening=opened(questions(("alliance",)))
    )
    for _person in range(3):
        answered(deep, alliance=3)
    return deep


def test_a_deep_diagnostic_speaks_of_its_lever_alone(client):
    file = TerritoryFileFactory()
    closed_diagnostic(file)
    deep = closed(deep_one(file))
    found = read(deep)
    assert (found.before, found.reading.level_name, len(found.reading.priorities[0].starts)) == (None, "déploiement", 3)
    client.force_login(holder_of(file))
    page = client.get(url_of(deep)).content.decode()
    assert "Par où commencer" in page
    assert 'class="radar"' not in page
    assert client.get(url_of(deep, "pptx")).status_code == 200
    assert client.get(url_of(deep, "pdf")).content[:5] == b"%PDF-"


def test_a_try_is_read_by_its_link_alone(client, place):
    made = DiagnosticFactory(file=None, territory=place.small)
    who = answered(made, **ALL)
    url = reverse("learning:try_result", args=[respondent_links.token_of(who.seed)])
    answer = client.get(url)
    assert (answer.status_code, answer["X-Robots-Tag"]) == (200, "noindex, nofollow, noarchive")
    assert "structuration" in answer.content.decode()
    assert "Ajouter au plan" not in answer.content.decode()
    begun = RespondentFactory(diagnostic=DiagnosticFactory(file=None, territory=None))
    assert client.get(reverse("learning:try_result", args=[respondent_links.token_of(begun.seed)])).status_code == 302
    of_file = answered(DiagnosticFactory(), **ALL)
    for token in (respondent_links.token_of(of_file.seed), "inconnu"):
        assert client.get(reverse("learning:try_result", args=[token])).status_code == 404


# --- The loop --------------------------------------------------------------------------------------------------------


def furnished(place):
    """A practice from a similar town, a kit, someone nearby, a date and a seat, all about « numerique »."""
    lever = Term.objects.get(vocabulary="leviers", code="numerique")
    here = {"territories": ["commune:42207"]}
    condition = {"check": "population_max:50000", "text": "Moins de 50 000 habitants", "importance": "required"}
    practice = published(title="Un atelier numérique", leviers=["numerique"], conditions=[condition], **here)
    kit = published(kind="kit", title="Le kit numérique", leviers=["numerique"])
    # A number that a reader would group by thousands: forms send it as it is.
    person = CatalystFactory(pk=12_345, name="Awa Diallo", territory=place.chamond, contact_visibility="public")
    person.terms.add(lever)
    event = webinar(
        slug="numerique", title="Le numérique utile", starts_at=NOW + timedelta(days=900), zone="Pacific/Noumea"
    )
    event.levers.add(lever)
    group = group_of(name="Pairs du numérique")
    published(title="Loin d’ici", leviers=["numerique"], territories=["commune:35001"])
    return SimpleNamespace(practice=practice, kit=kit, person=person, event=event, group=group)


def test_one_screen_leads_from_similar_territories_to_a_seat_each_line_with_its_reason(client, place):
    there = furnished(place)
    file = TerritoryFileFactory(territory=place.small)
    client.force_login(holder_of(file))
    diagnostic = of_three(file)
    page = client.get(url_of(diagnostic)).content.decode()
    for title in (
        "Saint-Chamond",
        "Un atelier numérique",
        "Le kit numérique",
        "Awa Diallo",
        "Le numérique utile",
        "heure de Nouméa",
        "Pairs du numérique",
    ):
        assert title in page
    assert f'<input type="hidden" name="resource" value="{there.practice.pk}">' in page
    assert "1 condition sur 1 réunie chez vous" in page
    assert page.count("Pourquoi\u00a0:") >= 6
    assert "Bourg-Loin lui ressemble" in page
    other = client.get(url_of(diagnostic) + "?levier=alliance").content.decode()
    assert "pour «\u00a0Apprendre à faire alliance\u00a0»" in other
    assert "Aucun rendez-vous annoncé sur ce levier" in other
    sent = {
        "add": "1",
        "title": "Lire",
        "lever": "numerique",
        "resource": there.practice.pk,
        "diagnostic": diagnostic.pk,
    }
    client.post(reverse("learning:action_new", args=[file.pk]), sent)
    assert file.actions.get().resource == there.practice


def test_a_page_asks_as_much_for_one_proposal_as_for_three(client, place, django_assert_max_num_queries):
    furnished(place)
    file = TerritoryFileFactory(territory=place.small)
    diagnostic = of_three(file)
    client.force_login(holder_of(file))
    client.get(url_of(diagnostic))
    with django_assert_max_num_queries(12):
        client.get(url_of(diagnostic))
    for rank in range(3):
        published(title=f"Pratique {rank}", leviers=["numerique"], territories=["commune:42207"])
    client.get(url_of(diagnostic))
    with django_assert_max_num_queries(12):
        client.get(url_of(diagnostic))


def test_without_a_territory_the_loop_still_proposes(rf, place):
    furnished(place)
    lever = Term.objects.get(vocabulary="leviers", code="numerique")
    found = proposals.loop(lever, None, rf.get("/"), now=NOW)
    assert (found.similar, found.practices[0].why) == ((), "travaille le levier «\u00a0Numérique\u00a0»")
    assert found.practices[0].add


# --- Taken away ------------------------------------------------------------------------------------------------------


def test_two_pages_a_document_slides_and_data_say_the_same_and_no_name(client, place):
    import docx
    import pptx
    import pypdf

    furnished(place)
    file = TerritoryFileFactory(territory=place.small)
    closed_diagnostic(file, now=NOW - timedelta(days=200))
    diagnostic = of_three(file, number=2)
    client.force_login(holder_of(file))
    paper = client.get(url_of(diagnostic, "pdf")).content
    reader = pypdf.PdfReader(io.BytesIO(paper))
    assert (len(reader.pages), len(paper) < 300_000, "/StructTreeRoot" in reader.trailer["/Root"]) == (2, True, True)
    assert "structuration" in reader.pages[0].extract_text()
    assert "Un atelier numérique" in reader.pages[1].extract_text()
    document = docx.Document(io.BytesIO(client.get(url_of(diagnostic, "docx")).content))
    assert "Depuis la fois précédente" in [each.text for each in document.paragraphs]
    deck = pptx.Presentation(io.BytesIO(client.get(url_of(diagnostic, "pptx")).content))
    assert len(deck.slides) == 6
    assert all(slide.shapes.title.text for slide in deck.slides)
    said = json.loads(client.get(url_of(diagnostic, "json")).content)
    assert (said["level"], said["respondents"], len(said["priorities"])) == (2, 3, 3)
    assert "statements" in said
    assert said["statements"]


def test_every_answer_is_given_and_no_row_is_a_person(client):
    file = TerritoryFileFactory()
    diagnostic = of_three(file)
    client.force_login(holder_of(file))
    body = b"".join(client.get(url_of(diagnostic, "csv")).streaming_content).decode()
    header, *rows = list(csv.reader(io.StringIO(body)))
    assert len(rows) == 3
    column = [row[header.index("Affirmation alliance 1")] for row in rows]
    assert column == sorted(column)
    assert column.count("Pas encore") == 2


def test_the_file_says_where_it_stands_in_brief(client):
    file = TerritoryFileFactory()
    assert where_we_stand(file, None, NOW) is None
    closed_diagnostic(file)
    section = where_we_stand(file, None, NOW)
    assert section is not None
    assert section.context["reading"].level_name == "structuration"


def test_gaps_are_discussed_with_a_run_sheet_of_the_platform(client):
    assert client.get(reverse("learning:result_talk"))["Location"] == reverse("rooms:run_sheets")
    call_command("load_run_sheets", verbosity=0)
    answer = client.get(reverse("learning:result_talk"), follow=True)
    assert "Discuter de nos écarts" in answer.content.decode()
    assert "45\u00a0minutes" in answer.content.decode() or "45 minutes" in answer.content.decode()


def test_levels_bear_the_names_that_the_network_gives_them():
    from alliage.learning.levels import levels
    from alliage.taxonomy import cache
    from alliage.taxonomy.models import ListItem, ListVersion, NetworkList

    assert levels().are_own
    version = ListVersion.objects.create(
        list=NetworkList.objects.get(code="maturite"), number=1, state="published", published_at=NOW
    )
    ListItem.objects.bulk_create(
        ListItem(version=version, position=n, code=f"n{n}", label=f"Nom {n}") for n in range(1, 5)
    )
    cache.forget()
    assert (levels().are_own, levels().name(3)) == (False, "Nom 3")
    version.delete()
    cache.forget()


def test_whoever_withdraws_is_not_proposed_from_that_moment(rf, place):
    there = furnished(place)
    lever = Term.objects.get(vocabulary="leviers", code="numerique")
    assert [line.title for line in proposals.loop(lever, place.small, rf.get("/"), now=NOW).people] == ["Awa Diallo"]
    there.person.is_hidden = True
    there.person.save()
    changed(there.person.pk)
    assert proposals.loop(lever, place.small, rf.get("/"), now=NOW).people == []
