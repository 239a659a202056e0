"""Bringing a programme: the text of the founding document, tables, `schedule.json`; what was exported comes back the same."""

import io
import json
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.tests.factories import OrganisationFactory
from alliage.events import programme_columns, programme_formats, schedule_json
from alliage.events.enums import EventKind, ItemKind, Part, PartnerKind, SequenceKind, Standing
from alliage.events.models import Appearance, Event, Sequence, Speaker
from alliage.events.queries import programmes
from alliage.events.reading import contents, schedules, tables, text
from alliage.events.reading.plans import Plan, SequencePlan, plan_of
from alliage.events.reading.schedules import ScheduleRefused
from alliage.events.services import founding
from alliage.events.services import programme_imports as services
from alliage.events.services.programme import ProgrammeRefused
from alliage.events.tests.factories import NOW, EventFactory, rencontre, seated
from alliage.formats import csv
from alliage.imports.tables import read_table
from alliage.rooms.tests.factories import prepared

DAY = date(2027, 7, 8)


def pasted(said: str) -> Plan:
    return text.read(said, DAY)


def titles(plan: Plan) -> list[str]:
    return [each.title for each in plan.sequences]


FOUNDING = """
PROGRAMME DU MERCREDI 8 JUILLET 2020
de 9h à 17h30

9h00 à 11h45 - Pourquoi l’ODD17 en territoire ? : 3 séquences d’inspiration

9h – 9h45 – Les Alliances et les ODD en partenariat avec : Ministère de l’Education Nationale, Comité 21, Le RAMEAU

 Mise en perspective de Gabriel Attal, Secrétaire d’Etat
 Regards croisés : la Fonda, la Fondation de France, Villes au Carré, le Groupe Vyv, animés par Le RAMEAU
 Pastille « outillage » de la mission ministérielle « accélération des alliances stratégiques entre associations, entreprises

et collectivités » : kit « L’ODD 17 en pratique »

10h00 – 10h50 – Les élus à la manœuvre de la co-construction territoriale en partenariat avec : Ministère de la Cohésion

des Territoires, CNFPT, IFGP

 Mise en perspective de Jacqueline Gourault, Ministre de la Cohésion des Territoires*
11h00 – 11h45 – L’engagement territorial des entreprises

12h00 à 15h00 – Diversité des ingénieries de co-construction territoriale : 3 séquences de pédagogie sur la
complémentarité des modèles … et la pause déjeuner !

Séquences en partenariat avec : ANCT, Banque des Territoires, AgroParisTech et French Impact

12h00 – 12h15 – Les institutions à la manœuvre
 Témoignage de la Banque des Territoires*
12h15 – 13h00 – Les métiers de la « catalyse territoriale »
 Illustrations des 4 métiers avec : Territoire Paris Est Marne & Bois, la Micro-Ville 112 et l’InfoLab (CRIJ Orléans)
3

13h00 – 14h00 – Pause déjeuner… autour de l’exposition « à la (re)découverte de la diversité des territoires »
** Pause déjeuner **

14h00 – 14h30 - La diversité des profils des catalyseurs territoriaux
Les 4 métiers sont incarnés par une diversité d’acteurs.
Regards croisés : le réseau des praticiens chercheurs d’AgroParisTech, la Fondation de Lille, Fabrique des Transitions, le Réseau
Alliances, animés par le French Impact

14h45 – 15h15 – L’articulation des échelons territoriaux
Débat : Convergences*, Le Labo des Partenariats

15h30 à 17h15 – Le numérique au service de l’ODD17 en territoire : 5 ateliers pour co-élaborer les outils

Séquence avec l’appui de  Villes au Carré

15h30 – 16h30 – Ateliers de co-construction
 Sous-Ateliers sur 4 fonctionnalités (45 mn)

o Objectif = qualifier les besoins
 Mise en commun des besoins : retour des 5 Sous-Ateliers (15 mn)

16h45 – 17h15 – Les perspectives du numérique
Croisement de regards notamment avec le Mouvement associatif

17H15 – 17h30 – Conclusions de la journée et mise en perspective
* Intervenant en cours de confirmation
 LE RESEAU EN QUELQUES MOTS
9h – 10h – Ceci n’est plus le programme
"""


# --- A pasted text ---------------------------------------------------------------------------------------------------


def test_the_ten_sequences_of_the_founding_document_come_out_right():
    plan, shipped = pasted(FOUNDING), founding.read()
    ours = [each for temps in shipped["temps"] for each in temps["sequences"]]
    assert [(each.starts[11:], each.ends[11:], each.title, each.number) for each in plan.sequences] == [
        (each["starts"], each["ends"], each["title"], each["number"]) for each in ours
    ]
    assert len([each for each in plan.sequences if each.number]) == 10
    whole = [each for each in shipped["temps"] if "title" in each]
    assert [(each.title, each.starts[11:], each.ends[11:]) for each in plan.temps] == [
        (each["title"], each["starts"], each["ends"]) for each in whole
    ]
    assert plan.temps[1].announced == whole[1]["announced"]


def test_a_lunch_is_a_break_and_workshops_gather():
    kinds = {each.title[:5]: each.kind for each in pasted(FOUNDING).sequences}
    assert (kinds["Pause"], kinds["Ateli"]) == (SequenceKind.BREAK, SequenceKind.WORKSHOPS)
    assert not next(each for each in pasted(FOUNDING).sequences if each.kind == SequenceKind.BREAK).takes_registrations


def test_partners_are_those_of_the_sequence_or_of_its_temps():
    plan = pasted(FOUNDING)
    assert [each.name for each in plan.sequences[1].partners] == [
        "Ministère de la Cohésion des Territoires", "CNFPT", "IFGP",
    ]  # fmt: skip
    assert [each.name for each in plan.temps[1].partners] == [
        "ANCT", "Banque des Territoires", "AgroParisTech", "French Impact",
    ]  # fmt: skip
    assert [(each.name, each.kind) for each in plan.temps[2].partners] == [("Villes au Carré", PartnerKind.SUPPORT)]


def test_contents_name_who_is_there_and_who_is_not_sure_to_come():
    first, second, *_rest = pasted(FOUNDING).sequences
    perspective, crossed, tool = first.items
    assert (perspective.people[0].name, perspective.people[0].role) == ("Gabriel Attal", "Secrétaire d’Etat")
    assert [(each.shown, each.part) for each in crossed.people] == [
        ("Fonda", Part.SPEAKS), ("Fondation de France", Part.SPEAKS), ("Villes au Carré", Part.SPEAKS),
        ("Groupe Vyv", Part.SPEAKS), ("Le RAMEAU", Part.LEADS),
    ]  # fmt: skip
    assert (tool.kind, tool.title, tool.people[0].part) == (
        ItemKind.TOOL,
        "Kit «\u00a0L’ODD 17 en pratique\u00a0»",
        Part.PRESENTS,
    )
    assert second.items[0].people[0].standing == Standing.EXPECTED
    assert perspective.people[0].standing == Standing.CONFIRMED


def test_a_line_cut_by_its_page_goes_on():
    diversity = next(each for each in pasted(FOUNDING).sequences if each.title.startswith("La diversité"))
    assert [each.shown for each in diversity.items[0].people][3:] == ["Réseau Alliances", "French Impact"]
    assert diversity.text.startswith("Les 4 métiers")


def test_minutes_and_lines_under_a_content_are_kept():
    workshops = next(each for each in pasted(FOUNDING).sequences if each.kind == SequenceKind.WORKSHOPS)
    assert [each.minutes for each in workshops.items] == [45, 15]
    assert workshops.text == "Objectif = qualifier les besoins"


def test_a_programme_without_a_star_says_nothing_of_who_is_confirmed():
    plan = pasted("9h-10h : Ouverture\n- Témoignage de Awa Diallo, maire\n")
    assert plan.sequences[0].items[0].people[0].standing == Standing.EXPECTED


@pytest.mark.parametrize(
    ("line", "hours", "title"),
    [
        ("9h00 – 9h45 – Les alliances", ("09:00", "09:45"), "Les alliances"),
        ("de 9h à 10h : Ouverture", ("09:00", "10:00"), "Ouverture"),
        ("09:00-09:45 Ouverture", ("09:00", "09:45"), "Ouverture"),
        ("• 14 h 30 - 15 h Débat", ("14:30", "15:00"), "Débat"),
        ("23h – 1h Veillée", ("23:00", "01:00"), "Veillée"),
    ],
)
def test_hours_are_read_as_people_write_them(line, hours, title):
    (sequence,) = pasted(line).sequences
    assert ((sequence.starts[11:], sequence.ends[11:]), sequence.title) == (hours, title)


def test_a_text_without_hours_gives_nothing():
    assert not pasted("Bonjour,\nvoici le programme de la journée.").sequences


def test_a_word_cut_in_two_and_a_title_alone_on_its_line_are_put_together():
    plan = pasted(
        "9h – 10h – Les voies de la co-\nconstruction\n10h – 11h – \nPartie deux\n11h – 12h – Suite en partenariat avec : A"
    )
    assert titles(plan)[0] == "Les voies de la co-construction"
    assert plan.sequences[-1].partners[0].name == "A"


def test_a_temps_keeps_its_own_words():
    plan = pasted("9h à 12h – Matinée en partenariat avec : Un, Deux\n- Pour commencer\n9h – 10h – Ouverture\n")
    assert (plan.temps[0].text, [each.name for each in plan.temps[0].partners]) == ("Pour commencer", ["Un", "Deux"])


def test_partners_on_a_line_of_their_own_are_those_of_the_sequence():
    plan = pasted("9h – 10h – Ouverture\nEn partenariat avec : Un et Deux\nSéance en partenariat avec : Trois")
    assert [each.name for each in plan.sequences[0].partners] == ["Un", "Deux"]


@pytest.mark.parametrize(
    ("line", "kind", "title", "people"),
    [
        ("Mise en perspective", ItemKind.PERSPECTIVE, "Mise en perspective", []),
        ("Débat sur les échelons du territoire : Un, Deux", ItemKind.DEBATE, "Débat sur les échelons du territoire", ["Un", "Deux"]),
        ("Regards croisés", ItemKind.CROSSED, "Regards croisés", []),
        ("Pastille « éclairage »", ItemKind.INSIGHT, "Pastille « éclairage »", []),
        ("Conclusions", ItemKind.CONCLUSION, "Conclusions", []),
    ],
)  # fmt: skip
def test_contents_are_read_as_they_are_written(line, kind, title, people):
    item = contents.read(line)
    assert item is not None
    assert (item.kind, item.title, [each.shown for each in item.people]) == (kind, title, people)
    assert item.label == str(ItemKind(kind).label)


def test_what_is_no_content_is_none():
    assert contents.read("Pour s’inscrire, écrire à l’équipe") is None
    assert contents.names_of("") == []


# --- Plans -----------------------------------------------------------------------------------------------------------


def test_a_plan_survives_the_form_that_carries_it_and_moves_to_another_day():
    plan = pasted(FOUNDING)
    again = plan_of(json.loads(json.dumps(plan.as_data())))
    assert again == plan
    assert plan.people > 10
    assert again.moved_to(date(2027, 7, 9)) == 1
    assert {each.starts[:10] for each in (*again.temps, *again.sequences)} == {"2027-07-09"}
    assert again.moved_to(date(2027, 7, 9)) == 0
    assert Plan().moved_to(DAY) == 0


def test_what_is_not_kept_holds_nothing_back():
    one = SequencePlan(1, "Un", "2027-07-08T09:00", "2027-07-08T10:00", temps=0)
    plan = pasted(FOUNDING)
    plan.sequences[1].parent, plan.sequences[1].mirror_of = 1, 3
    kept = plan.kept({2, 3})
    assert [each.rank for each in kept.sequences] == [2, 3]
    assert (kept.sequences[0].parent, kept.sequences[0].mirror_of, len(kept.temps)) == (None, 3, 1)
    assert Plan(sequences=[one]).sequences[0].temps == 0


# --- Tables ----------------------------------------------------------------------------------------------------------


def table(content: str, encoding: str = "utf-8") -> tables.Read:
    return tables.read(read_table(io.BytesIO(content.encode(encoding))), DAY)


@pytest.mark.parametrize(("encoding", "separator"), [("utf-8", ","), ("utf-8-sig", ";"), ("cp1252", ";")])
def test_ten_sequences_are_read_in_any_usual_encoding_and_separator(encoding, separator):
    lines = [separator.join(("titre", "debut", "fin", "interviennent"))]
    lines += [separator.join((f"Séquence été n° {n}", f"{8 + n}h00", f"{8 + n}h45", "Awa Diallo")) for n in range(10)]
    read = table("\r\n".join(lines), encoding)
    assert not read.refused
    assert (len(read.plan.sequences), read.rows) == (10, 10)
    assert read.plan.sequences[3].title == "Séquence été n° 3"
    assert (read.plan.sequences[0].starts, read.plan.people) == ("2027-07-08T08:00", 1)


def test_every_row_that_cannot_be_read_says_why():
    read = table(
        "titre,debut,fin,rang,places,inscription,fait_partie_de,interviennent\n"
        "Un,9h,10h,1,,,,\n"
        "Deux,tantôt,10h,2,,,,\n"
        "Trois,10h,9h,3,,,,\n"
        "Quatre,9h,10h,1,,,,\n"
        "Cinq,9h,10h,5,beaucoup,,,\n"
        "Six,9h,10h,6,,peut-être,,\n"
        "Sept,9h,10h,7,,non,99,\n"
        "Huit,9h,25h,8,,,,\n"
        'Neuf,9h,10h,9,,,,", maire"\n'
    )
    assert [number for number, _reason in read.refused] == [3, 4, 5, 6, 7, 9, 10, 8]
    told = " ".join(reason for _number, reason in read.refused)
    for words in ("tantôt", "après le début", "déjà ce rang", "beaucoup", "oui ou non", "25h", "pas de nom", "99"):
        assert words in told


def test_a_table_without_its_columns_says_which_are_missing():
    read = table("nom,prix\nUn,3\n")
    assert "Début" in read.refused[0][1]


def test_a_table_too_long_is_refused_whole(monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 1)
    assert "1 lignes" in table("titre,debut,fin\nUn,9h,10h\nDeux,9h,10h\n").refused[0][1]


def test_temps_without_hours_hold_their_sequences():
    read = table(
        "temps,titre,debut,fin,fait_partie_de,rang\nMatin,Un,9h,10h,,1\nMatin,Deux,10h,11h30,1,2\n,Trois,2027-07-08 14:00:00,15h,,3\n"
    )
    assert not read.refused
    assert [(each.starts[11:], each.ends[11:]) for each in read.plan.temps] == [("09:00", "11:30")]
    assert [each.parent for each in read.plan.sequences] == [None, 1, None]


# --- Writing ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def said() -> dict[str, object]:
    return {"by": MemberFactory(), "now": NOW}


def draft(**more: object) -> Event:
    starts = datetime(2027, 7, 8, 7, tzinfo=UTC)
    return EventFactory(kind=EventKind.RENCONTRE, starts_at=starts, ends_at=starts.replace(hour=16), **more)


@pytest.mark.django_db
def test_a_pasted_programme_is_written_once(said):
    event = draft()
    done = services.write(event, pasted(FOUNDING), **said)
    assert (done.written, done.known) == (11, 0)
    assert done.people == Speaker.objects.filter(event=event).count() > 10
    again = services.write(event, pasted(FOUNDING), **said)
    assert (again.written, again.known, event.sequences.count()) == (0, 11, 11)
    ranks = list(event.sequences.order_by("rank").values_list("rank", flat=True))
    assert all(later - earlier == 1 for earlier, later in pairwise(ranks))
    assert event.sequences.earliest("rank").starts_at == datetime(2027, 7, 8, 7, tzinfo=UTC)


@pytest.mark.django_db
def test_a_programme_replaces_another_only_before_anybody_registers(said):
    event = rencontre()
    services.write(event, pasted("9h – 10h – Seule"), replaces=True, **said)
    assert [each.title for each in event.sequences.all()] == ["Seule"]
    assert not event.temps.exists()
    seated(event.sequences.get())
    with pytest.raises(ProgrammeRefused, match="inscrites"):
        services.write(event, pasted("9h – 10h – Autre"), replaces=True, **said)
    other = rencontre(slug="autre")
    Sequence.objects.filter(event=other, rank=1).update(room=prepared())
    with pytest.raises(ProgrammeRefused, match="salle"):
        services.write(other, pasted("9h – 10h – Autre"), replaces=True, **said)


@pytest.mark.django_db
def test_what_cannot_be_written_leaves_nothing_half_written(said, monkeypatch):
    event = draft()
    with pytest.raises(ProgrammeRefused, match="Aucune séquence"):
        services.write(event, Plan(), **said)
    good = SequencePlan(1, "Un", "2027-07-08T09:00", "2027-07-08T10:00")
    lever = SequencePlan(2, "Deux", "2027-07-08T09:00", "2027-07-08T10:00", levers=["inconnu"])
    inside = SequencePlan(2, "Deux", "2027-07-08T09:00", "2027-07-08T10:00", parent=1)
    deeper = SequencePlan(3, "Trois", "2027-07-08T09:00", "2027-07-08T10:00", parent=2)
    for wrong, words in (([good, lever], "levier"), ([good, inside, deeper], "déjà partie")):
        with pytest.raises(ProgrammeRefused, match=words):
            services.write(event, Plan(sequences=wrong), **said)
    monkeypatch.setattr(services, "MOST", 1)
    with pytest.raises(ProgrammeRefused, match="Au plus 1"):
        services.write(event, Plan(sequences=[good, inside]), **said)
    assert not event.sequences.exists()
    assert not event.temps.exists()


# --- Round trips -------------------------------------------------------------------------------------------------------


def shipped() -> Event:
    founding.load(founding.read(), now=NOW)
    return Event.objects.get(slug="rencontre-2020")


def beside(event: Event) -> Event:
    """An empty Rencontre on the same day, at the same clock."""
    names = ("starts_at", "ends_at", "zone", "title", "theme")
    return EventFactory(kind=EventKind.RENCONTRE, **{name: getattr(event, name) for name in names})


def rows(event: Event) -> list[list[str]]:
    return [[str(cell) for cell in row] for row in programme_formats.table(programmes.whole(event))]


@pytest.mark.django_db
@pytest.mark.parametrize("excel", [False, True])
def test_the_2020_day_goes_out_as_a_table_and_comes_back_the_same(said, excel):
    event = shipped()
    content = csv.text(programme_columns.HEADER, programme_formats.table(programmes.whole(event)), excel=excel)
    read = tables.read(read_table(io.BytesIO(content.encode())), date(2020, 7, 8))
    assert (read.refused, read.unused) == ([], [])
    again = beside(event)
    services.write(again, read.plan, **said)
    assert rows(again) == rows(event)
    standings = [
        sorted(Appearance.objects.filter(speaker__event=each).values_list("speaker__name", "part", "standing"))
        for each in (event, again)
    ]
    assert standings[0] == standings[1]


_OWN = frozenset({"id", "guid", "url", "slug", "version", "acronym", "base_url"})


def comparable(value: object) -> object:
    """A schedule without the numbers and addresses that are each event's own."""
    if isinstance(value, dict):
        return {key: comparable(each) for key, each in value.items() if key not in _OWN}
    return [comparable(each) for each in value] if isinstance(value, list) else value


@pytest.mark.django_db
def test_the_2020_day_goes_out_as_a_schedule_and_comes_back_the_same(said):
    event = shipped()
    first = json.loads(json.dumps(schedule_json.schedule(programmes.whole(event))))
    again = beside(event)
    services.write(again, schedules.read(json.dumps(first).encode(), event.clock), **said)
    second = json.loads(json.dumps(schedule_json.schedule(programmes.whole(again))))
    assert comparable(second) == comparable(first)


def test_a_schedule_of_another_tool_is_read_too():
    said = {
        "schedule": {"conference": {"days": [{"rooms": {"Salle A": [
            {"date": "2027-07-08T07:00:00Z", "duration": "00:45", "title": "Ouverture", "type": "Talk",
             "description": "Une phrase.\nUne autre.", "persons": [{"public_name": "Awa Diallo"}]},
            {"date": "2027-07-08T08:00:00Z", "duration": "1:00:00", "title": "Longue", "type": None, "track": "Alliances"},
        ]}}, {"rooms": None}]}}
    }  # fmt: skip
    plan = schedules.read(b"\xef\xbb\xbf" + json.dumps(said).encode(), EventFactory.build().clock)
    first, second = plan.sequences
    assert (first.starts, first.ends, first.track) == ("2027-07-08T09:00", "2027-07-08T09:45", "Salle A")
    assert first.text == "Une phrase.\nUne autre."
    assert [each.shown for each in first.items[0].people] == ["Awa Diallo"]
    assert (second.ends, plan.temps[0].title) == ("2027-07-09T10:00", "Alliances")
    assert schedules.looks_like(b"\xef\xbb\xbf {}")


@pytest.mark.parametrize(
    "content", [b"{}", b"{", b'{"schedule": {"conference": {"days": [{"rooms": {"A": [{}]}}]}}}', b"\xff{"]
)
def test_what_is_no_schedule_says_so(content):
    with pytest.raises(ScheduleRefused, match="schedule"):
        schedules.read(content, EventFactory.build().clock)


def test_a_line_of_a_schedule_that_names_nobody_is_a_title():
    assert schedules._item("Témoignage – Une année d’alliances", ["Awa"]).title == "Une année d’alliances"
    led = schedules._item("Regards croisés (animés par Awa)", ["Awa"])
    assert [(each.shown, each.part) for each in led.people] == [("Awa", Part.LEADS)]
    assert schedules._item("Regards croisés – Un (animés par Personne)", ["Awa"]).people == []
    assert schedules._item("Bonjour – Un", ["Un"]) is None


@pytest.mark.django_db
def test_people_and_partners_are_found_in_the_directory(said):
    fonda = OrganisationFactory(name="La Fonda")
    event = draft()
    text_ = "9h – 10h – Une en partenariat avec : La Fonda\nRegards croisés : La Fonda, La Fonda, Inconnue\n"
    services.write(event, pasted(text_), **said)
    assert Speaker.objects.get(event=event, name="La Fonda").organisation == fonda
    assert event.sequences.get().partners.get().organisation == fonda
    assert Appearance.objects.count() == 2  # named twice in one content is there once
    read = table('titre,debut,fin,interviennent\nDeux,11h,12h,"Awa, maire [Commune d’ailleurs]"\n')
    services.write(event, read.plan, **said)
    assert Speaker.objects.get(event=event, name="Awa").role == "maire, Commune d’ailleurs"
