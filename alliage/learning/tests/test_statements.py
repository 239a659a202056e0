"""Affirmations: what the data file holds, loaded, worded again, versions that keep what was asked."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from alliage.accounts.tests.factories import MemberFactory
from alliage.learning import asking
from alliage.learning.enums import Wording
from alliage.learning.models import Statement
from alliage.learning.queries import statements as queries
from alliage.learning.services import diagnostics, respondents
from alliage.learning.services import statements as services
from alliage.learning.services.statements import StatementRefused, Worded
from alliage.learning.tests.factories import LEVERS, NOW, TerritoryFileFactory, holder_of
from alliage.questionnaires.models import Response
from alliage.questionnaires.questions import read_one
from alliage.territories.enums import Kind
from alliage.territories.tests.factories import TerritoryFactory


def loaded():
    return services.load(now=NOW)


def test_the_short_form_is_seven_levers_of_four_affirmations_in_ten_minutes(db):
    assert loaded() == {"added": 63, "changed": 0, "kept": 0}
    questions = queries.version_for(None).read()
    affirmations = [each for each in questions if asking.lever_of(each.code)]
    assert len(affirmations) == 28
    assert tuple(dict.fromkeys(asking.lever_behind(each.code) for each in questions)) == LEVERS == services.levers()
    assert all(each.help and each.may_not_know and len(each.options) == 4 for each in affirmations)
    screens = asking.screens(questions)
    assert len(screens) == 14
    assert {len(each.affirmations) for each in screens} == {2}
    assert asking.minutes(questions) <= 10
    assert tuple(queries.deep_levers()) == LEVERS
    assert [len(each.affirmations) for each in asking.screens(queries.version_for(None, "alliance").read())] == [
        2,
        2,
        2,
        2,
        1,
    ]
    assert queries.version_for(None, "inconnu") is None


def test_screens_resume_at_the_first_affirmation_that_waits():
    questions = [read_one({"code": f"alliance-{rank}", "kind": "text", "title": "A"}) for rank in (1, 2, 3)]
    alone = read_one({"code": "preuve-modele", "kind": "text", "title": "Un exemple"})
    found = asking.screens([*questions, alone])
    assert [len(each.questions) for each in found] == [2, 1, 1]
    assert asking.first_unanswered(found, ["alliance-1", "alliance-2"]) == 2
    assert asking.first_unanswered(found, ["alliance-1", "alliance-2", "alliance-3"]) == 3


def test_affirmations_are_said_to_the_kind_of_territory(db):
    loaded()
    said = {
        kind: queries.version_for(TerritoryFactory(kind=kind)).read()[0].title
        for kind in (Kind.COMMUNE, Kind.EPCI, Kind.REGION, Kind.CUSTOM)
    }
    assert "de la commune" in said[Kind.COMMUNE]
    assert said[Kind.EPCI] == said[Kind.CUSTOM] == Statement.objects.get(lever="qualifier", rank=1).text
    assert "que nous soutenons" in said[Kind.REGION]


def test_what_an_animator_words_is_kept_when_the_file_is_loaded_again(db):
    call_command("load_diagnostic", stdout=StringIO())
    row = Statement.objects.get(lever="alliance", rank=1)
    services.revise(row, Worded("  Autres\nmots.", "Aide.", {"commune": "Autres mots.", "epci": "Dits ici.", "x": "y"}), by=MemberFactory(), now=NOW)  # fmt: skip
    Statement.objects.filter(lever="modele", rank=1).update(text="Ancien texte du fichier.")
    assert loaded() == {"added": 0, "changed": 1, "kept": 62}
    row.refresh_from_db()
    assert (row.text, row.variants, row.worded(Wording.GROUPED)) == ("Autres mots.", {"epci": "Dits ici."}, "Dits ici.")
    assert row.otherwise == [("une intercommunalité", "Dits ici.")]
    assert str(queries.by_code("alliance", 1)) == "Autres mots."
    with pytest.raises(StatementRefused):
        services.revise(row, Worded(" ", "Aide."), by=None, now=NOW)


def test_two_versions_the_first_answers_stay_intact_and_comparable(db):
    loaded()
    file = TerritoryFileFactory()
    first = diagnostics.open_diagnostic(file, by=holder_of(file), now=NOW)
    who = respondents.of_member(first, by=holder_of(file), now=NOW)
    respondents.send(who, {"alliance-1": "2", "modele-1": "4"}, now=NOW)
    services.revise(
        Statement.objects.get(lever="alliance", rank=1), Worded("Des mots nouveaux.", "Aide."), by=None, now=NOW
    )
    diagnostics.close(first, by=None, now=NOW)
    second = diagnostics.open_diagnostic(file, by=holder_of(file), now=NOW)
    title = {each.code: each.title for each in first.opening.version.read()}
    assert title["alliance-1"] == "Quand un sujet dépasse la commune, nous pensons à le porter avec d’autres."
    assert {each.code: each.title for each in second.opening.version.read()}["alliance-1"] == "Des mots nouveaux."
    assert Response.objects.get(opening=first.opening).answers == {"alliance-1": "2", "modele-1": "4"}
    assert [each.code for each in first.opening.version.read()] == [each.code for each in second.opening.version.read()]
    changed = [each for each in queries.history() if each.changes]
    assert [(each.kind, each.number, [change.code for change in each.changes]) for each in changed] == [
        ("une commune", 2, ["alliance-1"])
    ]


def test_a_question_that_goes_is_said_too(db):
    before, after = {"a": "A", "b": "B"}, {"a": "A", "c": "C"}
    assert [(each.code, each.before, each.after) for each in queries._changes(before, after)] == [
        ("c", "", "C"),
        ("b", "B", ""),
    ]


def test_levers_are_shown_with_their_affirmations(db):
    loaded()
    Statement.objects.filter(lever="pertinence", rank__gt=services.IN_SHORT).delete()
    found = {each.code: each for each in queries.by_lever()}
    assert [(len(found[code].short), len(found[code].further), found[code].is_deep) for code in ("alliance", "pertinence")] == [
        (4, 5, True), (4, 0, False),
    ]  # fmt: skip


def test_an_affirmation_has_one_place_and_says_something(db):
    loaded()
    for fields in (
        {"lever": "alliance", "rank": 1, "text": "A", "help": "B"},
        {"lever": "x", "rank": 1, "text": "", "help": "B"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Statement.objects.create(**fields)
