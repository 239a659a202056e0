"""A territory's file: opened, entered, left, handed over; the least equipped first."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev.registry import who_come_first
from alliage.directory.enums import EntryKind
from alliage.directory.models import Entry
from alliage.learning import file_links
from alliage.learning.enums import FileRole, Means
from alliage.learning.models import FileEvent, FileInvitation, TerritoryFile
from alliage.learning.queries import files as queries
from alliage.learning.services import files, handing_over, invitations
from alliage.learning.services.files import FileRefused
from alliage.learning.tests.factories import NOBODY, NOW, TerritoryFileFactory, enter, holder_of
from alliage.notifications.models import Notification, OutgoingMail
from alliage.territories.enums import Kind
from alliage.territories.tests.factories import TerritoryFactory, ZoningFactory

pytestmark = pytest.mark.django_db


def asked(file, member, role=FileRole.TEAM):
    return files.ask(file, word="  Je suis\nélue. ", role=role, by=member, now=NOW)


def told(member):
    return list(Notification.objects.filter(person=member).values_list("kind", flat=True))


# --- Opened ----------------------------------------------------------------------------------------------------------


def test_a_member_opens_the_file_of_a_territory_and_holds_it():
    member, place = MemberFactory(), TerritoryFactory()
    made = files.open_file(place, by=member, now=NOW)
    assert holder_of(made) == member
    assert files.open_file(place, by=member, now=NOW) == made
    with pytest.raises(FileRefused):
        files.open_file(place, by=MemberFactory(), now=NOW)
    assert queries.of_territory(place) == made
    assert [each.text for each in queries.history(made)] == ["Le dossier est ouvert."]


def test_a_territory_has_one_file_and_a_file_one_holder():
    file = TerritoryFileFactory()
    for breaks in (
        lambda: TerritoryFile.objects.create(territory=file.territory),
        lambda: enter(file, MemberFactory(), FileRole.HOLDER),
        lambda: enter(file, holder_of(file)),
        lambda: enter(file, MemberFactory(), "unknown"),
        lambda: TerritoryFileFactory(means="unknown"),
        lambda: FileEvent.objects.create(file=file, text=""),
        lambda: FileInvitation.objects.create(file=file, role=FileRole.TEAM),
        lambda: FileInvitation.objects.create(file=file, email="a@exemple.fr", role=FileRole.HOLDER),
        lambda: [FileInvitation.objects.create(file=file, email="b@exemple.fr") for _twice in range(2)],
        lambda: [FileInvitation.objects.create(file=file, member=holder_of(file)) for _twice in range(2)],
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            breaks()


def test_means_are_declared_and_help_is_asked_for():
    file = TerritoryFileFactory()
    member = holder_of(file)
    files.declare(file, means=Means.ONE, wants_help=True, by=member, now=NOW)
    files.declare(file, means=Means.NOBODY, wants_help=True, by=member, now=NOW)
    assert (file.means, file.wants_help, file.history.count()) == (Means.NOBODY, True, 1)
    files.declare(file, means=Means.NOBODY, wants_help=False, by=member, now=NOW)
    assert file.history.first().text == "La demande d’accompagnement est retirée."
    with pytest.raises(FileRefused):
        files.declare(file, means="lots", wants_help=False, by=member, now=NOW)


# --- Come in ---------------------------------------------------------------------------------------------------------


def test_someone_asks_to_come_in_and_the_team_accepts(django_capture_on_commit_callbacks):
    file, member = TerritoryFileFactory(), MemberFactory()
    with django_capture_on_commit_callbacks(execute=True):
        row = asked(file, member)
    assert asked(file, member) == row
    assert row.note == "Je suis élue."
    assert told(holder_of(file)) == [files.ASKED]
    files.accept(row, by=holder_of(file), now=NOW)
    assert told(member) == [files.ANSWERED]
    assert queries.mine(member)[0].role_label == "équipe du territoire"
    with pytest.raises(FileRefused):
        files.accept(row, by=holder_of(file), now=NOW)
    with pytest.raises(FileRefused):
        asked(file, member)


def test_a_request_is_refused_without_a_reason():
    file, member = TerritoryFileFactory(), MemberFactory()
    row = asked(file, member)
    for _twice in range(2):
        files.refuse(row, by=holder_of(file), now=NOW)
    assert told(member) == [files.ANSWERED]
    assert not file.invitations.exists()


def test_a_catalyst_proposes_to_a_territory_that_asks_for_help_alone():
    file, member = TerritoryFileFactory(), MemberFactory()
    with pytest.raises(FileRefused):
        asked(file, member, FileRole.CATALYST)
    TerritoryFile.objects.update(wants_help=True)
    assert asked(file, member, FileRole.CATALYST).role == FileRole.CATALYST
    with pytest.raises(FileRefused):
        asked(file, MemberFactory(), FileRole.HOLDER)


def test_an_invitation_by_mail_takes_in_whoever_signs_in_with_its_link():
    file, member = TerritoryFileFactory(), MemberFactory()
    holder = holder_of(file)
    row = invitations.invite(file, " Elle@Exemple.fr ", role=FileRole.TEAM, word="Venez.", by=holder, now=NOW)
    again = invitations.invite(file, "elle@exemple.fr", role=FileRole.CATALYST, by=holder, now=NOW)
    assert (again.pk, again.role) == (row.pk, FileRole.CATALYST)
    mail = OutgoingMail.objects.get()
    assert file_links.address_of(row) in mail.text
    asked(file, member)
    found = file_links.invitation_of(file_links.token_of(row.seed))
    assert invitations.accept(found, by=member, now=NOW).role == FileRole.CATALYST
    assert not file.invitations.exists()
    with pytest.raises(FileRefused):
        invitations.accept(row, by=member, now=NOW)


def test_a_link_used_by_someone_who_is_in_already_changes_nothing():
    file, member = TerritoryFileFactory(), MemberFactory()
    row = invitations.invite(file, "elle@exemple.fr", role="catalyst", by=holder_of(file), now=NOW)
    there = enter(file, member)
    assert invitations.accept(row, by=member, now=NOW) == there
    assert not file.history.exists()


def test_what_cannot_be_invited_is_said():
    file = TerritoryFileFactory()
    holder = holder_of(file)
    for email, role in (("pas une adresse", "team"), ("a@exemple.fr", "holder"), (holder.email, "team")):
        with pytest.raises(FileRefused):
            invitations.invite(file, email, role=role, by=holder, now=NOW)
    row = invitations.invite(file, "a@exemple.fr", role="team", by=holder, now=NOW)
    invitations.withdraw(row, by=holder, now=NOW)
    assert not file.invitations.exists()


def test_signing_in_joins_the_files_one_is_invited_to():
    file = TerritoryFileFactory()
    member = MemberFactory(email="Elle@exemple.fr")
    invitations.invite(file, "elle@exemple.fr", role="team", by=holder_of(file), now=NOW)
    assert [invitations.join(member, now=NOW) for _twice in range(2)] == [1, 0]
    assert files.writers(file) == [holder_of(file), member]


# --- Leave, hand over ------------------------------------------------------------------------------------------------


def test_roles_change_and_people_are_taken_out_but_never_the_holder():
    file, member = TerritoryFileFactory(), MemberFactory()
    holder, row = holder_of(file), enter(file, member)
    for _twice in range(2):
        files.change_role(row, FileRole.CATALYST, by=holder, now=NOW)
    assert told(member) == [files.LIFE]
    for role in (FileRole.HOLDER, "unknown"):
        with pytest.raises(FileRefused):
            files.change_role(row, role, by=holder, now=NOW)
    with pytest.raises(FileRefused):
        files.remove(file.people.get(member=holder), by=holder, now=NOW)
    files.remove(row, by=holder, now=NOW + timedelta(minutes=1))
    with pytest.raises(FileRefused):
        files.remove(row, by=holder, now=NOW)
    assert told(member) == [files.LIFE, files.LIFE]


def test_the_holder_hands_the_file_over_in_one_act():
    file, heir = TerritoryFileFactory(), MemberFactory(name="Awa Diallo")
    holder = holder_of(file)
    row = enter(file, heir)
    with pytest.raises(FileRefused):
        files.leave(file, by=holder, now=NOW)
    assert queries.may_take(file) == [row]
    for _twice in range(2):
        handing_over.hand_over(file, heir, leaves=True, by=holder, now=NOW)
    assert list(file.people.values_list("member", "role")) == [(heir.pk, FileRole.HOLDER)]
    assert file.history.get().text == f"{holder.get_full_name()} confie le dossier à Awa Diallo."
    assert told(heir) == [files.LIFE]


def test_who_hands_over_may_stay_in_the_team():
    file, heir = TerritoryFileFactory(), MemberFactory()
    holder = holder_of(file)
    handing_over.hand_over(file, heir, leaves=False, by=holder, now=NOW)
    assert file.people.get(member=holder).role == FileRole.TEAM
    with pytest.raises(FileRefused):
        handing_over.hand_over(file, MemberFactory(is_active=False), leaves=True, by=heir, now=NOW)


def test_an_animator_hands_over_a_file_whose_holder_left_and_it_leaves_a_trace():
    animator = MemberFactory(role=Role.ANIMATOR, name="Camille Roux")
    nobody, left = TerritoryFileFactory(holder=NOBODY), TerritoryFileFactory()
    gone = holder_of(left)
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    TerritoryFileFactory()
    assert {each.pk for each in queries.without_holder()} == {nobody.pk, left.pk}
    heir = MemberFactory(name="Awa Diallo")
    for file in (nobody, left):
        handing_over.hand_over(file, heir, leaves=True, by=animator, now=NOW)
        assert file.history.get().text == "L’animation du réseau (Camille Roux) confie le dossier à Awa Diallo."
        assert queries.holder(file).member == heir


def test_someone_leaves_and_the_last_one_leaves_a_file_that_stays():
    file, member = TerritoryFileFactory(), MemberFactory()
    enter(file, member, FileRole.CATALYST)
    for _twice in range(2):
        files.leave(file, by=member, now=NOW)
    files.leave(file, by=holder_of(file), now=NOW)
    assert queries.without_holder() == [file]


def test_an_account_that_closes_leaves_the_file_and_takes_its_name_away():
    file, member = TerritoryFileFactory(), MemberFactory(name="Noa Petit")
    files.note(file, "Noa Petit entre dans le dossier.", by=member, now=NOW)
    enter(file, member)
    asked(TerritoryFileFactory(), member)
    invitations.invite(file, "autre@exemple.fr", role="team", by=member, now=NOW)
    said = queries.export_of(member)
    assert (len(said["dossiers"]), len(said["demandes"]), len(said["gestes"])) == (1, 1, 1)
    files.forget_member(member)
    files.forget_member(MemberFactory(name=""))
    assert queries.export_of(member) == {"dossiers": [], "demandes": [], "gestes": []}
    assert file.history.get().text == "une personne dont le compte est fermé entre dans le dossier."
    assert FileInvitation.objects.get().by is None


# --- The least equipped first ----------------------------------------------------------------------------------------


def asking(name, population, means, **more):
    place = TerritoryFactory(name=name, population=population, **more)
    return TerritoryFileFactory(territory=place, means=means, wants_help=True)


def test_the_least_equipped_come_first_by_the_rule_of_the_page():
    helper = MemberFactory()
    group = TerritoryFactory(kind=Kind.EPCI, code="200000001", name="CC des Monts")
    inside = [TerritoryFactory(epci=group) for _two in range(2)]
    zoning = ZoningFactory(label="France ruralités revitalisation")
    first = TerritoryFileFactory(territory=group, means=Means.ONE, wants_help=True)
    many, unsaid = asking("D", 10, Means.MANY), asking("C", 10, Means.UNSAID)
    small, large, unknown = asking("B", 50, Means.ONE), asking("A", 900, Means.ONE), asking("E", None, Means.ONE)
    zoning.communes.add(inside[0], unsaid.territory)
    nobody = asking("Z", 90_000, Means.NOBODY, kind=Kind.DEPARTEMENT)
    files.ask(small, word="", role=FileRole.CATALYST, by=helper, now=NOW)
    accompanied = asking("F", 1, Means.NOBODY)
    enter(accompanied, MemberFactory(), FileRole.CATALYST)
    TerritoryFileFactory(means=Means.NOBODY)
    found = queries.asking(helper)
    assert [each.file for each in found] == [nobody, first, small, large, unknown, unsaid, many]
    assert [each.zonings for each in found if each.zonings] == [("France ruralités revitalisation",)] * 2
    assert [each.file for each in found if each.has_asked] == [small]
    assert found[1].title == "Communauté de communes des Monts" or "Monts" in found[1].title
    share = queries.share()
    assert (share.accompanied, share.least, share.percent) == (1, 1, 100)


def test_nobody_asks_for_help_yet(db):
    assert queries.asking(MemberFactory()) == []
    assert queries.share().percent == 0


def test_a_catalyst_is_someone_whose_sheet_is_in_the_directory():
    member = MemberFactory()
    assert not queries.is_catalyst(member)
    Entry.objects.create(kind=EntryKind.CATALYST, slug="awa", name="Awa", owner=member)
    assert queries.is_catalyst(member)
    member.is_active = False
    assert not queries.is_catalyst(member)


def test_a_line_keeps_its_unbreakable_spaces_and_no_other_sign_of_space():
    assert files.line("  Lire\n« Un\u00a0atelier\u00a0»\t et\u202f! ") == "Lire « Un\u00a0atelier\u00a0» et\u202f!"


def test_those_of_the_least_equipped_territories_come_first_when_groups_are_composed():
    poor, rich = TerritoryFileFactory(means=Means.NOBODY), TerritoryFileFactory(means=Means.MANY)
    catalyst = enter(poor, MemberFactory(), FileRole.CATALYST).member
    everyone = [holder_of(poor), holder_of(rich), catalyst]
    assert who_come_first([each.pk for each in everyone]) == {everyone[0].pk}
