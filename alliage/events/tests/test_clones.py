"""Last year's Rencontre taken again; a Rencontre that moves; the retro-planning."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from alliage.accounts.tests.factories import MemberFactory
from alliage.events.enums import EventState, PartnerKind, Standing, StewardRole
from alliage.events.models import Appearance, Attendee, Event, Partner, Sequence, Steward, Task, Temps
from alliage.events.queries import planning as planning_queries
from alliage.events.registers import organising as register
from alliage.events.services import clones, founding, planning, rencontres, sheets
from alliage.events.services.clones import CloneSaid
from alliage.events.services.events import Said
from alliage.events.services.programme import ChangedMeanwhile, ProgrammeRefused, mark_of
from alliage.events.services.sheets import SheetSaid
from alliage.events.tests.factories import NOW, SpeakerFactory, rencontre, seated, webinar
from alliage.notifications.models import Notification

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def said() -> dict[str, object]:
    return {"by": MemberFactory(), "now": NOW}


def shipped() -> Event:
    founding.load(founding.read(), now=NOW)
    return Event.objects.get(slug="rencontre-2020")


# --- Taken again -----------------------------------------------------------------------------------------------------


def test_the_2020_day_becomes_a_draft_of_next_year_at_the_same_hours(said):
    source = shipped()
    event = clones.clone(source, CloneSaid("7e Rencontre", date(2027, 12, 8), "Faire alliance"), **said)
    assert (event.state, event.owner, event.cloned_from) == (EventState.DRAFT, said["by"], source)
    assert (event.edition, event.theme, event.slug) == (source.edition + 1, "Faire alliance", "7e-rencontre-2027-12-08")
    # 9 h in Paris, in summer then in winter.
    assert source.starts_at == datetime(2020, 7, 8, 7, tzinfo=UTC)
    assert event.starts_at == datetime(2027, 12, 8, 8, tzinfo=UTC)
    names = ("title", "rank", "number", "kind", "text")
    both = [list(each.sequences.order_by("rank").values_list(*names)) for each in (source, event)]
    assert both[0] == both[1]
    hours = [
        [each.starts_at.astimezone(day.clock).time() for each in day.sequences.order_by("rank")]
        for day in (source, event)
    ]
    assert hours[0] == hours[1]
    parents = [
        list(each.sequences.exclude(parent=None).order_by("rank").values_list("parent__rank", flat=True))
        for each in (source, event)
    ]
    assert parents[0] == parents[1]
    partners = [
        sorted(Partner.objects.filter(sequence__event=each).values_list("name", "kind")) for each in (source, event)
    ]
    assert partners[0] == partners[1]
    assert Partner.objects.filter(temps__event=event).count() == Partner.objects.filter(temps__event=source).count()


def test_people_are_expected_again_and_nobody_is_registered(said):
    source = rencontre()
    speaker = SpeakerFactory(event=source, email="awa@exemple.fr")
    item = Sequence.objects.get(event=source, rank=1).items.get()
    Appearance.objects.create(item=item, speaker=speaker)
    sheets.save(sheets.ensure(speaker), SheetSaid(answer=Standing.CONFIRMED, bio="Texte"), now=NOW)
    seated(Sequence.objects.get(event=source, rank=1))
    Steward.objects.create(sequence=item.sequence, member=MemberFactory(), role=StewardRole.MODERATOR)
    Partner.objects.create(event=source, name="Comité 21", kind=PartnerKind.SUPPORT)
    Sequence.objects.filter(event=source, rank=2).update(is_cancelled=True, join_url="https://exemple.fr/salle")
    Sequence.objects.filter(event=source, rank=5).update(mirror_of=Sequence.objects.get(event=source, rank=4))
    event = clones.clone(source, CloneSaid("Suite", date(2036, 7, 3)), **said)
    assert list(event.sequences.order_by("rank").values_list("rank", flat=True)) == [1, 2, 3, 4]
    assert set(event.sequences.values_list("seat_count", "join_url", "is_cancelled")) == {(0, "", False)}
    assert event.sequences.get(rank=4).mirror_of == event.sequences.get(rank=3)
    assert not Attendee.objects.filter(event=event).exists()
    assert not Steward.objects.filter(sequence__event=event).exists()
    again = event.speakers.get()
    assert (again.email, again.appearances.get().standing, sheets.of(again)) == (
        "awa@exemple.fr",
        Standing.EXPECTED,
        None,
    )
    assert event.partners.get().name == "Comité 21"
    alone = clones.clone(source, CloneSaid("Sans personne", date(2036, 7, 4), keeps_speakers=False), **said)
    assert not alone.speakers.exists()
    assert not Appearance.objects.filter(item__sequence__event=alone).exists()


def test_the_same_form_twice_is_one_clone(said):
    source = rencontre(edition=None)
    first = clones.clone(source, CloneSaid("Suite", date(2036, 7, 3)), **said)
    assert clones.clone(source, CloneSaid("Suite", date(2036, 7, 3)), **said) == first
    assert first.edition is None
    later = {**said, "now": NOW + DAY}
    assert clones.clone(source, CloneSaid("Suite", date(2036, 7, 3)), **later) != first


def test_a_clone_has_a_title_and_is_to_come(said):
    source = rencontre()
    with pytest.raises(ProgrammeRefused, match="titre"):
        clones.clone(source, CloneSaid(" ", date(2036, 7, 3)), **said)
    with pytest.raises(ProgrammeRefused, match="passée"):
        clones.clone(source, CloneSaid("Suite", date(2020, 7, 3)), **said)
    assert Event.objects.count() == 1


# --- Moved -----------------------------------------------------------------------------------------------------------


def as_said(event: Event, **changed: object) -> Said:
    names = Said.__dataclass_fields__.keys() - {"capacity", "closes_at", "levers", "resources"}
    return Said(**{name: getattr(event, name) for name in names} | changed)


def test_another_day_takes_the_whole_programme_along(said):
    event = rencontre()
    first, temps = Sequence.objects.get(event=event, rank=1), event.temps.get()
    moved = as_said(event, starts_at=event.starts_at + DAY, ends_at=event.ends_at + DAY, title="Autre titre")
    rencontres.change(event, moved, seen=mark_of(Event.objects.get(pk=event.pk)), **said)
    after = Sequence.objects.get(pk=first.pk)
    assert (after.starts_at, after.change) == (first.starts_at + DAY, 1)
    assert Temps.objects.get(pk=temps.pk).ends_at == temps.ends_at + DAY
    with pytest.raises(ChangedMeanwhile):
        rencontres.change(event, moved, seen="autre", **said)
    same = as_said(Event.objects.get(pk=event.pk), theme="Thème")
    assert rencontres.change(event, same, **said).theme == "Thème"
    assert Sequence.objects.get(pk=first.pk).change == 1


def test_what_is_no_rencontre_is_changed_elsewhere(said):
    event = webinar()
    with pytest.raises(ProgrammeRefused, match="pas une Rencontre"):
        rencontres.change(event, as_said(event), **said)


# --- Retro-planning ----------------------------------------------------------------------------------------------------


def test_the_list_goes_from_ninety_days_before_to_thirty_days_after(said):
    event = rencontre()
    planning.begin(event, **said)
    planning.begin(event, **said)
    offsets = list(event.tasks.values_list("offset", flat=True))
    assert (offsets[0], offsets[-1], len(offsets)) == (-90, 30, len(planning.default_list()))
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.create(event=event, code="theme", offset=0, title="Encore")
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.create(event=event, offset=0, title="")


def test_the_retro_planning_is_made_from_last_years(said):
    source = rencontre()
    planning.write(source, None, title="Louer des chaises", offset=-12, text="", who="Awa", **said)
    planning.settle(source.tasks.get(), done=True, **said)
    event = clones.clone(source, CloneSaid("Suite", date(2036, 7, 3)), **said)
    task = event.tasks.get()
    assert (task.title, task.offset, task.who, task.done_at) == ("Louer des chaises", -12, "", None)
    assert planning_queries.lines(event, NOW)[0].due == date(2036, 7, 3) - 12 * DAY


def test_a_line_is_written_settled_and_taken_away(said):
    event = rencontre()
    line = planning.write(event, None, title=" Louer  des chaises", offset=-12, text="", who="", **said)
    assert planning.write(event, None, title="Louer des chaises", offset=-12, text="", who="", **said) == line
    line = planning.write(event, line, title="Louer des tables", offset=-10, text="Dix", who="Awa", **said)
    assert (line.title, line.offset, line.who, str(line)) == ("Louer des tables", -10, "Awa", "Louer des tables")
    for wrong, words in (({"title": " ", "offset": 0}, "à faire"), ({"title": "Un", "offset": 900}, "moins d’un an")):
        with pytest.raises(ProgrammeRefused, match=words):
            planning.write(event, None, text="", who="", **wrong, **said)
    planning.settle(line, done=True, **said)
    planning.settle(line, done=True, by=MemberFactory(), now=NOW + DAY)
    line.refresh_from_db()
    assert (line.done_at, line.done_by) == (NOW, said["by"])
    planning.settle(line, done=False, **said)
    line.refresh_from_db()
    assert line.done_at is None
    planning.remove(line, **said)
    planning.remove(line, **said)
    assert not event.tasks.exists()


def test_what_is_late_and_what_is_near_are_marked(said):
    event = rencontre()
    now = event.starts_at - 10 * DAY
    for offset in (-30, -10, -4, 0):
        planning.write(event, None, title=f"Ligne {offset}", offset=offset, text="", who="", **said)
    marks = [(line.is_late, line.is_soon, line.is_done) for line in planning_queries.lines(event, now)]
    assert marks == [(True, False, False), (False, True, False), (False, True, False), (False, False, False)]
    planning.settle(event.tasks.get(offset=-30), done=True, **said)
    assert [line.task.offset for line in planning_queries.pressing(event, now)] == [-10, -4]


def test_organisers_are_reminded_once_a_week_of_what_presses(said):
    owner, other = MemberFactory(), MemberFactory()
    event = rencontre(owner=owner)
    event.organisers.add(other, MemberFactory(is_active=False))
    rencontre(slug="sans-retard", owner=owner)
    now = event.starts_at - 30 * DAY
    planning.begin(event, **said)
    planning.remind(now)
    planning.remind(now + timedelta(hours=1))
    assert Notification.objects.count() == 2
    assert "Rencontre du réseau" in Notification.objects.get(person=owner).title
    planning.remind(now + 7 * DAY)
    assert Notification.objects.count() == 4
    Event.objects.update(owner=None, state=EventState.CANCELLED)
    planning.remind(now + 14 * DAY)
    assert Notification.objects.count() == 4
    far = rencontre(slug="loin", owner=owner)
    planning.write(far, None, title="Plus tard", offset=30, text="", who="", **said)
    planning.remind(far.starts_at - 100 * DAY)
    assert Notification.objects.count() == 4
    assert register.about_planning(far, None).url.endswith("/retroplanning/")
