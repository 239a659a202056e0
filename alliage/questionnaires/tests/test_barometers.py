"""Barometers: what a published figure must say, where it may come from, how it is read."""

import csv
import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from alliage.accounts.enums import Role
from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.questionnaires import services as asking
from alliage.questionnaires.barometers import counted, queries, services
from alliage.questionnaires.barometers.services import BarometerRefused, Described
from alliage.questionnaires.models import Barometer, PublishedFigure
from alliage.questionnaires.services import Scope
from alliage.questionnaires.tests.factories import (
    NOW,
    asked,
    barometer,
    figured,
    opened,
    read_elsewhere,
)

pytestmark = pytest.mark.django_db


def closed(*questions, answers, **terms):
    opening = opened(*questions, **terms)
    for rank, said in enumerate(answers):
        asking.answer(opening, said, respondent=f"p{rank}", now=NOW)
    asking.close(opening, by=None, now=NOW)
    opening.refresh_from_db()
    return opening


def animator():
    client = MemberClient()
    client.force_login(MemberFactory(role=Role.ANIMATOR))
    return client


FORM = {
    "value": "81,5", "unit": "%", "statement": "des élus", "source": "Un sondage", "date": "mai 2020", "dated_on": "2020-05-01",
    "n": "", "caveat": "n n’est pas donné.", "part_of": "", "population": "", "source_url": "",
}  # fmt: skip


# --- What a figure must say ----------------------------------------------------------------------------------------


def test_a_barometer_has_a_title_and_one_address():
    made = barometer("Les élus et la co-construction")
    assert made.slug == "les-elus-et-la-co-construction"
    with pytest.raises(BarometerRefused, match="porte déjà ce titre"):
        barometer("Les élus et la co-construction")
    with pytest.raises(BarometerRefused, match="Donnez un titre"):
        barometer("  ")
    assert barometer("……").slug == "barometre"


def test_it_is_described_otherwise_at_the_same_address():
    made = barometer()
    services.describe(made, Described("Autre titre", text="Depuis 2008."), by=None, now=NOW)
    made.refresh_from_db()
    assert (made.title, made.text, made.slug) == ("Autre titre", "Depuis 2008.", "les-alliances-vues-du-terrain")
    with pytest.raises(BarometerRefused, match="Donnez un titre"):
        services.describe(made, Described(""), by=None, now=NOW)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"statement": " "}, "Dites ce que"),
        ({"source": ""}, "sans sa source et sa date"),
        ({"date": ""}, "sans sa source et sa date"),
        ({"n": None}, "n’est pas connu"),
        ({"n": 0}, "au moins 1"),
        ({"value": Decimal("100.5")}, "de 0 à 100"),
        ({"value": Decimal(-1)}, "de 0 à 100"),
        ({"value": Decimal(10) ** 12, "unit": "€"}, "trop grand"),
        ({"part_of": 999}, "n’est pas là"),
    ],
)
def test_a_figure_without_what_makes_it_checkable_is_refused(change, said):
    made = barometer()
    with pytest.raises(BarometerRefused, match=said):
        services.publish(made, read_elsewhere(**change), by=None, now=NOW)
    assert not made.figures.exists()


def test_the_same_figure_sent_twice_is_there_once():
    figure = figured()
    again = services.publish(figure.barometer, read_elsewhere(), by=None, now=NOW)
    assert again == figure
    assert PublishedFigure.objects.count() == 1


def test_a_part_is_no_larger_than_its_whole_and_has_no_part_itself():
    whole = figured()
    part = services.publish(
        whole.barometer,
        read_elsewhere(value=Decimal(29), statement="incontournable", part_of=whole.pk),
        by=None,
        now=NOW,
    )
    assert part.part_of == whole
    for wrong in (
        read_elsewhere(value=Decimal(90), statement="trop", part_of=whole.pk),
        read_elsewhere(value=Decimal(9), unit="€", statement="autre unité", part_of=whole.pk),
        read_elsewhere(value=Decimal(9), statement="part d’une part", part_of=part.pk),
    ):
        with pytest.raises(BarometerRefused):
            services.publish(whole.barometer, wrong, by=None, now=NOW)
    with pytest.raises(BarometerRefused, match="n’est pas là"):
        services.correct(whole, read_elsewhere(part_of=whole.pk), by=None, now=NOW)
    other = services.publish(whole.barometer, read_elsewhere(statement="un autre"), by=None, now=NOW)
    with pytest.raises(BarometerRefused, match="n’est pas là"):
        services.correct(whole, read_elsewhere(part_of=other.pk), by=None, now=NOW)


def test_a_figure_is_corrected_then_taken_away_with_its_parts():
    whole = figured()
    services.publish(
        whole.barometer, read_elsewhere(value=Decimal(29), statement="dont", part_of=whole.pk), by=None, now=NOW
    )
    corrected = services.correct(
        whole, read_elsewhere(value=Decimal(80), n=None, caveat="n inconnu."), by=None, now=NOW
    )
    assert (corrected.value, corrected.n) == (80, None)
    services.take_away(whole, by=None, now=NOW)
    services.take_away(whole, by=None, now=NOW)
    assert not PublishedFigure.objects.exists()


@pytest.mark.parametrize(
    "broken", [{"statement": ""}, {"source": ""}, {"date": ""}, {"n": None}, {"n": 0}, {"value": 101}, {"value": -1}]
)
def test_the_database_refuses_a_figure_that_nobody_can_check(broken):
    figure = figured()
    with pytest.raises(IntegrityError), transaction.atomic():
        PublishedFigure.objects.filter(pk=figure.pk).update(**broken)


def test_the_database_refuses_a_barometer_without_a_title():
    made = barometer()
    with pytest.raises(IntegrityError), transaction.atomic():
        Barometer.objects.filter(pk=made.pk).update(title="")


# --- Counted from a consultation -----------------------------------------------------------------------------------


def test_a_figure_is_counted_from_a_closed_consultation_and_not_typed():
    opening = closed(asked("one"), answers=[{"one": "a"}] * 4 + [{"one": "b"}] * 2)
    made = barometer()
    figure = services.publish_counted(made, opening, "one:a", caveat="Réponses libres.", by=None, now=NOW)
    assert (figure.value, figure.unit, figure.n) == (67, "%", 6)
    assert figure.statement == "Question one\u00a0: Alpha"
    assert figure.date == "novembre 2026"
    assert services.publish_counted(made, opening, "one:a", by=None, now=NOW) == figure
    corrected = services.correct(
        figure, read_elsewhere(value=Decimal(99), n=4, statement="Autrement dit"), by=None, now=NOW
    )
    assert (corrected.value, corrected.n, corrected.statement) == (67, 6, "Autrement dit")
    with pytest.raises(IntegrityError), transaction.atomic():
        PublishedFigure.objects.create(
            barometer=made, opening=opening, question="one:a", value=1, statement="x", source="x", date="x",
            dated_on=NOW.date(), n=9,
        )  # fmt: skip


def test_each_kind_of_question_gives_the_figures_that_have_a_sense():
    answers = [
        {"one": "a", "scale": "n2", "matrix": {"eau": "n1", "sol": "?"}, "number": 10 + rank, "text": "mots"}
        for rank in range(6)
    ]
    opening = closed(*(asked(kind) for kind in ("one", "scale", "matrix", "number", "text")), answers=answers)
    found = {each.code: each for each in counted.figures(opening, floor=5)}
    assert found["scale:n2"].value == 100
    assert found["matrix.eau:n1"].n == 6
    assert not any(code.startswith("matrix.sol") for code in found)
    assert found["number"].value == Decimal("12.50")
    assert not any(code.startswith("text") for code in found)


def test_below_five_answers_or_before_the_end_nothing_is_published():
    few = closed(asked("one"), answers=[{"one": "a"}] * 4)
    assert counted.figures(few, floor=5) == []
    made = barometer()
    with pytest.raises(BarometerRefused, match="moins de 5"):
        services.publish_counted(made, few, "one:a", by=None, now=NOW)
    still_open = opened(asked("one"))
    assert counted.figures(still_open, floor=5) == []
    with pytest.raises(BarometerRefused, match="n’est pas close"):
        services.publish_counted(made, still_open, "one:a", by=None, now=NOW)


def test_only_consultations_of_the_network_are_offered():
    ours = closed(asked("one"), answers=[{"one": "a"}])
    closed(asked("one"), answers=[{"one": "a"}], scope=Scope("room", "12"))
    opened(asked("one"))
    assert list(queries.closed_openings()) == [ours]


# --- What comes with the platform ----------------------------------------------------------------------------------


def test_the_figures_of_the_founding_document_are_shipped_with_their_source_and_without_an_invented_n():
    call_command("load_barometers", stdout=StringIO())
    whole, part, other = (
        PublishedFigure.objects.get(code=code)
        for code in (
            "urgence-covid-citoyens-utile",
            "urgence-covid-citoyens-incontournable",
            "impact-citoyens-suffisamment",
        )
    )
    assert (whole.value, part.value, other.value) == (81, 29, 21)
    assert part.part_of == whole
    assert {whole.n, part.n, other.n} == {None}
    assert "OpinionWay" in whole.source
    assert "octobre 2019" in other.source
    assert all("n’est pas donné" in row.caveat or "ne donne pas" in row.caveat for row in (whole, part, other))


def test_what_was_changed_on_the_site_is_left_as_it_is():
    services.load(now=NOW)
    PublishedFigure.objects.filter(code="impact-citoyens-suffisamment").delete()
    assert services.load(now=NOW) == {"added": 0, "kept": 1}
    assert PublishedFigure.objects.count() == 2


# --- Pages ---------------------------------------------------------------------------------------------------------


def test_everyone_reads_figures_with_source_date_and_caveat(client):
    services.load(now=NOW)
    for path in ("/barometres/", "/barometres/jouer-collectif/"):
        page = client.get(path).content.decode()
        assert "81\u00a0%" in page
        assert "dont <strong>29\u00a0%</strong> incontournable" in page
        assert "Nombre de réponses\u00a0: non donné" in page
        assert "OpinionWay" in page
        assert "nouveau" not in page


def test_a_bar_says_in_words_what_it_draws(client):
    services.load(now=NOW)
    page = client.get("/barometres/jouer-collectif/").content.decode()
    assert 'role="img" aria-label="81\u00a0% des Français' in page
    assert 'width="29.00%"' in page


def test_a_figure_that_is_no_share_has_no_bar(client):
    figured(value=Decimal(302), unit="communes")
    page = client.get("/barometres/").content.decode()
    assert "302\u00a0communes" in page
    assert "published__drawing" not in page


def test_figures_leave_in_open_formats(client):
    services.load(now=NOW)
    figured(value=Decimal("12.5"))
    rows = json.loads(b"".join(client.get("/barometres.json").streaming_content))
    assert rows["count"] == 4
    assert {row["value"] for row in rows["results"]} == {81, 29, 21, 12.5}
    text = b"".join(client.get("/barometres/jouer-collectif.csv").streaming_content).decode()
    assert len(list(csv.DictReader(StringIO(text)))) == 3
    assert client.get("/barometres/inconnu.csv").status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_whatever_its_length(client, count, django_assert_max_num_queries):
    for rank in range(count):
        made = barometer(f"Baromètre {rank}")
        services.publish(made, read_elsewhere(), by=None, now=NOW)
    with django_assert_max_num_queries(6):
        client.get("/barometres/")


def test_an_animator_opens_a_barometer_and_publishes_a_figure_read_elsewhere():
    client = animator()
    answer = client.post(reverse("questionnaires:barometer_new"), {"title": "Les maires", "summary": "", "text": ""})
    assert answer.url == "/barometres/les-maires/"
    answer = client.post("/barometres/les-maires/chiffres/nouveau/", FORM)
    figure = PublishedFigure.objects.get()
    assert answer.url == f"/barometres/les-maires/#chiffre-{figure.pk}"
    assert figure.value == Decimal("81.50")
    path = f"/barometres/les-maires/chiffres/{figure.pk}/"
    assert "81,5" in client.get(path).content.decode()
    part = FORM | {"value": "12", "statement": "souvent", "part_of": figure.pk}
    assert client.post("/barometres/les-maires/chiffres/nouveau/", part).status_code == 302
    assert client.post(path, FORM | {"value": "80"}).status_code == 302
    assert client.get("/barometres/les-maires/").content.decode().count("Corriger ou retirer") == 2
    assert client.post(path, {"act": "take_away"}).url == "/barometres/les-maires/"
    assert client.get(path).status_code == 404


def test_a_refused_form_comes_back_filled():
    client = animator()
    made = barometer()
    path = f"/barometres/{made.slug}/chiffres/nouveau/"
    for wrong, said in (({"caveat": ""}, "n’est pas connu"), ({"source": ""}, "obligatoire")):
        answer = client.post(path, FORM | wrong)
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert "des élus" in answer.content.decode()
    answer = client.post(reverse("questionnaires:barometer_new"), {"title": made.title})
    assert (answer.status_code, "porte déjà" in answer.content.decode()) == (422, True)
    assert client.post(f"/barometres/{made.slug}/modifier/", {"title": "……"}).status_code == 302
    figure = services.publish(made, read_elsewhere(), by=None, now=NOW)
    assert client.post(f"/barometres/{made.slug}/chiffres/{figure.pk}/", FORM | {"value": "120"}).status_code == 422


def test_an_animator_publishes_a_counted_figure():
    client = animator()
    opening = closed(asked("one"), answers=[{"one": "a"}] * 6)
    made = barometer()
    path = f"/barometres/{made.slug}/consultations/"
    assert "6 réponses" in client.get(path).content.decode()
    chosen = f"{path}?consultation={opening.pk}"
    assert "Alpha\u00a0: 100\u00a0%" in client.get(chosen).content.decode()
    assert client.post(chosen, {"figure": "one:zzz", "caveat": "x"}).status_code == 422
    assert client.post(chosen, {"figure": "one:a", "caveat": "Réponses libres."}).status_code == 302
    assert made.figures.get().n == 6
    few = closed(asked("one"), answers=[{"one": "a"}])
    assert "moins de 5 réponses" in client.get(f"{path}?consultation={few.pk}").content.decode()
    assert client.get(f"{path}?consultation=x").status_code == 200


def test_an_answer_that_is_not_in_the_consultation_is_refused_in_words():
    opening = closed(asked("one"), answers=[{"one": "a"}] * 6)
    with pytest.raises(BarometerRefused, match="n’est pas là"):
        services.publish_counted(barometer(), opening, "one:gone", by=None, now=NOW)


def test_members_who_do_not_animate_write_no_figure():
    client = MemberClient()
    client.force_login(MemberFactory())
    made = figured().barometer
    for path in ("nouveau/", f"{made.slug}/modifier/", f"{made.slug}/chiffres/nouveau/", f"{made.slug}/consultations/"):
        assert client.post(f"/barometres/{path}").status_code == 403
