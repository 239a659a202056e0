"""What speakers and partners say by their link; who is invited and reminded; moments to rehearse."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.events import speaker_links
from alliage.events.enums import EventState, Standing
from alliage.events.models import Appearance, Event, Partner, Rehearsal, Sequence, Sheet, Speaker
from alliage.events.organising_enums import Missing, Recording
from alliage.events.queries import sheets as sheet_queries
from alliage.events.queries import speakers as queries
from alliage.events.registers import organising as register
from alliage.events.services import invitations, rehearsals, sheets, speakers
from alliage.events.services.programme import ChangedMeanwhile, ProgrammeRefused
from alliage.events.services.sheets import SheetSaid
from alliage.events.services.speakers import SpeakerSaid
from alliage.events.tests.factories import NOW, SOON, SpeakerFactory, TempsFactory, rencontre
from alliage.files.models import StoredFile
from alliage.files.services import FileRefused
from alliage.files.tests.factories import odt, picture, upload
from alliage.notifications.models import Notification, OutgoingMail
from alliage.ui.drafts import DraftTaken, Mark

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def owner():
    return MemberFactory(name="Organisatrice")


@pytest.fixture
def day(owner) -> Event:
    return rencontre(owner=owner)


@pytest.fixture
def said(owner) -> dict[str, object]:
    return {"by": owner, "now": NOW}


@pytest.fixture
def speaker(day) -> Speaker:
    found = SpeakerFactory(event=day, name="Awa Diallo", email="awa@exemple.fr")
    item = Sequence.objects.get(event=day, rank=1).items.get()
    Appearance.objects.create(item=item, speaker=found)
    return found


# --- The link --------------------------------------------------------------------------------------------------------


def test_a_link_opens_one_sheet_and_the_database_keeps_its_digest_only(speaker):
    sheet = sheets.ensure(speaker)
    assert sheets.ensure(speaker) == sheet
    token = speaker_links.token_of(sheet.seed)
    assert token not in {sheet.token_digest, sheet.seed}
    assert speaker_links.by_token(token) == sheet
    assert speaker_links.by_token("autre") is None
    assert speaker_links.address_of(sheet).endswith(f"/intervenants/{token}/")
    assert "Awa" not in str(sheet)


def test_another_address_ends_the_first_link(speaker, said):
    token = speaker_links.token_of(sheets.ensure(speaker).seed)
    speakers.change_speaker(speaker, SpeakerSaid("Awa Diallo", email="AWA@exemple.fr"), **said)
    assert speaker_links.by_token(token)
    speakers.change_speaker(speaker, SpeakerSaid("Awa Diallo", email="autre@exemple.fr"), **said)
    assert speaker_links.by_token(token) is None


def test_a_sheet_is_of_exactly_one_person(speaker, day):
    sheet = sheets.ensure(speaker)
    partner = Partner.objects.create(event=day, name="Partenaire")
    for wrong in ({"partner": partner}, {"speaker": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Sheet.objects.filter(pk=sheet.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Sheet.objects.filter(pk=sheet.pk).update(recording=Recording.YES)


# --- What they say -----------------------------------------------------------------------------------------------------


def test_confirming_confirms_every_appearance_and_tells_the_organiser(speaker, owner):
    sheet = sheets.save(sheets.ensure(speaker), SheetSaid(answer=Standing.CONFIRMED, bio=" Maire. "), now=NOW)
    assert (sheet.answer, sheet.answered_at, sheet.bio) == (Standing.CONFIRMED, NOW, "Maire.")
    assert set(speaker.appearances.values_list("standing", flat=True)) == {Standing.CONFIRMED}
    told = Notification.objects.get(person=owner)
    assert "Awa Diallo" in told.title
    sheets.save(sheet, SheetSaid(answer=Standing.CONFIRMED, bio="Autre."), now=NOW)
    assert Notification.objects.count() == 1
    back = sheets.save(sheet, SheetSaid(answer=Standing.EXPECTED), now=NOW)
    assert back.answered_at is None


def test_every_organiser_is_told_once_and_a_closed_account_is_not(speaker, day):
    other = MemberFactory()
    day.organisers.add(other, day.owner)
    sheets.save(sheets.ensure(speaker), SheetSaid(message="Bonjour"), now=NOW)
    assert Notification.objects.count() == 2
    Event.objects.filter(pk=day.pk).update(owner=None)
    sheets.save(sheets.ensure(speaker), SheetSaid(message="Encore"), now=NOW)
    assert Notification.objects.count() == 4


def test_who_answered_is_as_they_answered_in_what_is_added_later(speaker, said):
    sheets.save(sheets.ensure(speaker), SheetSaid(answer=Standing.CONFIRMED), now=NOW)
    item = Sequence.objects.get(event=speaker.event, rank=2).items.get()
    assert speakers.add_appearance(item, speaker, **said).standing == Standing.CONFIRMED


def test_the_consent_to_be_recorded_is_kept_with_its_words_and_its_date(speaker):
    sheet = sheets.save(sheets.ensure(speaker), SheetSaid(recording=Recording.YES), now=NOW)
    assert (sheet.recording_at, sheet.recording_text) == (NOW, sheets.recording_words())
    sheet = sheets.save(sheet, SheetSaid(recording=Recording.YES), now=NOW + DAY)
    assert sheet.recording_at == NOW
    sheet = sheets.save(sheet, SheetSaid(recording=Recording.NO), now=NOW + DAY)
    assert (sheet.recording_at, sheet.recording_text) == (NOW + DAY, "")
    assert sheets.save(sheet, SheetSaid(), now=NOW).recording_at is None


def test_a_picture_is_replaced_and_taken_off_with_its_file(speaker):
    sheet = sheets.save(sheets.ensure(speaker), SheetSaid(photo=upload(picture(), "a.png")), now=NOW)
    first = sheet.photo_id
    sheet = sheets.save(sheet, SheetSaid(photo=upload(picture(), "b.png"), slides=upload(odt(), "c.odt")), now=NOW)
    assert not StoredFile.objects.filter(pk=first).exists()
    sheet = sheets.save(sheet, SheetSaid(), now=NOW)
    assert sheet.photo is not None
    sheet = sheets.save(sheet, SheetSaid(removes_photo=True, removes_slides=True), now=NOW)
    assert (sheet.photo, sheet.slides, StoredFile.objects.count()) == (None, None, 0)


def test_a_file_that_is_refused_leaves_nothing_behind(speaker):
    sheet = sheets.ensure(speaker)
    wrong = SheetSaid(photo=upload(picture(), "a.png"), slides=upload(b"nothing", "b.exe"), bio="Texte")
    with pytest.raises(FileRefused):
        sheets.save(sheet, wrong, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        sheets.save(
            sheet, SheetSaid(photo=upload(picture(), "a.png"), slides=upload(odt(), "c.odt")), now=NOW, version="9"
        )
    sheet.refresh_from_db()
    assert (sheet.bio, StoredFile.objects.count()) == ("", 0)


def test_links_are_few_and_bounded(speaker):
    sheet = sheets.save(sheets.ensure(speaker), SheetSaid(links=["https://exemple.fr"] * 9), now=NOW)
    assert len(sheet.links) == sheets.MOST_LINKS


def test_what_is_typed_is_kept_until_it_is_saved(speaker):
    sheet = sheets.ensure(speaker)
    at = sheets.keep_draft(sheet, {"bio": ["Brouillon"]}, mark=Mark("0", "a"), now=NOW)
    assert at
    with pytest.raises(DraftTaken):
        sheets.keep_draft(sheet, {"bio": ["Autre"]}, mark=Mark("0", "b"), now=NOW)
    sheets.drop_draft(sheet)
    sheets.keep_draft(sheet, {"bio": ["Brouillon"]}, mark=Mark("0", "a"), now=NOW)
    sheet = sheets.save(sheet, SheetSaid(bio="Texte"), now=NOW, tab="a")
    assert sheets.keep_draft(sheet, {"bio": ["Tard"]}, mark=Mark("0", "a"), now=NOW) == ""


def test_opening_the_page_counts_the_first_time(speaker):
    sheet = sheets.ensure(speaker)
    sheets.opened(sheet, now=NOW)
    sheets.opened(Sheet.objects.get(pk=sheet.pk), now=NOW + HOUR)
    assert Sheet.objects.get(pk=sheet.pk).opened_at == NOW


def test_the_organiser_takes_words_and_picture_off_the_page(speaker, said):
    sheet = sheets.save(sheets.ensure(speaker), SheetSaid(bio="Texte", photo=upload(picture(), "a.png")), now=NOW)
    sheets.take_off(sheet, **said)
    sheet.refresh_from_db()
    assert (sheet.bio, sheet.photo, StoredFile.objects.count()) == ("", None, 0)


def test_taking_a_speaker_away_takes_their_files_and_their_rehearsal(speaker, said):
    moment = rehearsals.offer(speaker.event, starts_at=NOW + DAY, minutes=15, seats=1, join_url="", **said)
    sheets.save(sheets.ensure(speaker), SheetSaid(photo=upload(picture(), "a.png"), rehearsal=moment), now=NOW)
    speakers.remove_speaker(speaker, **said)
    moment.refresh_from_db()
    assert (moment.taken, StoredFile.objects.count(), Sheet.objects.count()) == (0, 0, 0)


def test_a_member_takes_away_what_they_gave_and_the_programme_keeps_the_name(speaker):
    member = MemberFactory()
    Speaker.objects.filter(pk=speaker.pk).update(member=member)
    sheets.save(sheets.ensure(speaker), SheetSaid(bio="Texte", photo=upload(picture(), "a.png")), now=NOW)
    (line,) = sheet_queries.export_of(member)
    assert (line["presentation"], line["evenement"]) == ("Texte", speaker.event.title)
    sheets.forget_member(member)
    speaker.refresh_from_db()
    assert (speaker.name, speaker.email, speaker.member, Sheet.objects.count()) == ("Awa Diallo", "", None, 0)


# --- Files: who reads them -----------------------------------------------------------------------------------------------


def test_a_picture_is_read_where_the_name_is(speaker, owner):
    sheet = sheets.save(sheets.ensure(speaker), SheetSaid(photo=upload(picture(), "a.png")), now=NOW)
    stranger = MemberFactory()
    assert register.may_read_photo(stranger, sheet.photo)
    Event.objects.update(state=EventState.DRAFT)
    assert not register.may_read_photo(stranger, sheet.photo)
    assert register.may_read_photo(owner, sheet.photo)
    photo_, _sheet = sheet.photo, sheet.delete()
    assert not register.may_read_photo(owner, photo_)


def test_slides_are_for_the_organisers_then_for_all_who_may(speaker, owner):
    sheet = sheets.save(sheets.ensure(speaker), SheetSaid(slides=upload(odt(), "a.odt"), shares_slides=True), now=NOW)
    stranger = MemberFactory()
    assert register.may_read_slides(owner, sheet.slides)
    assert not register.may_read_slides(stranger, sheet.slides)
    past = timezone.now() - DAY
    Event.objects.update(starts_at=past - HOUR, ends_at=past)
    assert register.may_read_slides(stranger, sheet.slides)
    Sheet.objects.update(shares_slides=False)
    assert not register.may_read_slides(stranger, sheet.slides)
    Sheet.objects.update(slides=None)
    assert not register.may_read_slides(owner, sheet.slides)


# --- Invitations -----------------------------------------------------------------------------------------------------


def mails() -> list[str]:
    return list(OutgoingMail.objects.order_by("pk").values_list("to", flat=True))


def test_everybody_with_an_address_is_invited_once_in_one_gesture(speaker, day, said):
    SpeakerFactory(event=day, email="")
    other = SpeakerFactory(event=day, email="b@exemple.fr", is_organisation=True)
    assert invitations.invite(day, day.speakers.all(), **said) == 2
    assert invitations.invite(day, day.speakers.all(), **said) == 0
    assert sorted(mails()) == ["awa@exemple.fr", "b@exemple.fr"]
    link = speaker_links.path_of(sheets.of(other))
    assert link in OutgoingMail.objects.get(to="b@exemple.fr").text


def test_nobody_is_reminded_twice_the_same_day(speaker, day, said):
    invitations.invite(day, [speaker], **said)
    row = [(sheets.of(speaker), [Missing.BIO])]
    assert invitations.remind(day, row, **said) == (0, 1)
    later = {**said, "now": NOW + DAY}
    assert invitations.remind(day, [(sheets.of(speaker), [Missing.BIO])], **later) == (1, 0)
    assert invitations.remind(day, [(sheets.of(speaker), [Missing.BIO])], **later) == (0, 1)
    assert len(mails()) == 2
    assert "présentation" in OutgoingMail.objects.latest("pk").text


def test_who_gave_everything_or_will_not_come_is_left_in_peace(speaker, day, said):
    sheet = sheets.ensure(speaker)
    assert invitations.remind(day, [(sheet, [])], **said) == (0, 0)
    sheet = sheets.save(sheet, SheetSaid(answer=Standing.DECLINED), now=NOW)
    assert invitations.remind(day, [(sheet, [Missing.BIO])], **said) == (0, 0)
    assert queries.rows(day)[0].missing == []


def test_nothing_is_sent_for_a_day_that_is_over_or_cancelled(speaker, day, said):
    with pytest.raises(ProgrammeRefused, match="passée"):
        invitations.invite(day, [speaker], by=said["by"], now=day.ends_at)
    Event.objects.filter(pk=day.pk).update(state=EventState.CANCELLED)
    with pytest.raises(ProgrammeRefused, match="annulée"):
        invitations.remind(day, [], **said)


def test_a_partner_is_invited_at_the_address_that_the_organiser_gives(day, said):
    partner = Partner.objects.create(temps=day.temps.get(), name="Comité 21")
    sheet = invitations.set_contact(partner, " contact@exemple.fr ", **said)
    assert sheet.contact == "contact@exemple.fr"
    assert invitations.invite(day, [partner], **said) == 1
    token = speaker_links.token_of(sheet.seed)
    invitations.set_contact(partner, "contact@exemple.fr", **said)
    assert speaker_links.by_token(token)
    invitations.set_contact(partner, "autre@exemple.fr", **said)
    assert speaker_links.by_token(token) is None
    saved = sheets.save(sheets.of(partner), SheetSaid(answer=Standing.CONFIRMED, bio="Qui nous sommes"), now=NOW)
    assert saved.answer == Standing.CONFIRMED


# --- What is missing -------------------------------------------------------------------------------------------------


def test_what_each_still_has_to_give_is_listed(speaker, day, said):
    (row,) = queries.rows(day)
    assert row.missing == [Missing.ANSWER, Missing.BIO, Missing.PHOTO, Missing.SLIDES, Missing.RECORDING]
    rehearsals.offer(day, starts_at=NOW + DAY, minutes=15, seats=1, join_url="", **said)
    Speaker.objects.update(email="")
    (row,) = queries.rows(day)
    assert row.missing[0] == Missing.ADDRESS
    assert row.missing[-1] == Missing.REHEARSAL
    assert (row.standing, row.is_invited, row.address, row.is_partner) == (Standing.EXPECTED, False, "", False)
    Appearance.objects.update(standing=Standing.CONFIRMED)
    (row,) = queries.rows(day)
    assert Missing.ANSWER not in row.missing
    assert row.standing_words == "confirmé"
    sheet = sheets.ensure(speaker)
    sheets.save(sheet, SheetSaid(answer=Standing.DECLINED), now=NOW)
    assert queries.rows(day)[0].standing == Standing.DECLINED


def test_partners_are_listed_once_by_their_name(day):
    first = Partner.objects.create(event=day, name="Comité 21")
    Partner.objects.create(temps=day.temps.get(), name="comite 21")
    other = Partner.objects.create(sequence=Sequence.objects.get(event=day, rank=1), name="Alliances")
    (alliances, comite) = queries.partner_rows(day)
    assert (alliances.who, comite.who, comite.is_partner, comite.address) == (other, first, True, "")
    assert comite.missing == [Missing.ADDRESS, Missing.ANSWER, Missing.BIO, Missing.PHOTO]
    second = Partner.objects.get(temps__event=day)
    sheets.save(sheets.ensure(second), SheetSaid(answer=Standing.DECLINED), now=NOW)
    (_alliances, comite) = queries.partner_rows(day)
    assert (comite.who, comite.missing) == (second, [])


def test_public_pages_show_what_was_given_and_nothing_of_who_declined(speaker, day):
    sheet = sheets.ensure(speaker)
    assert queries.shown(day) == {}
    sheets.save(sheet, SheetSaid(bio="Texte"), now=NOW)
    assert queries.shown(day)[speaker.pk].bio == "Texte"
    sheets.save(sheet, SheetSaid(bio="Texte", answer=Standing.DECLINED), now=NOW)
    assert queries.shown(day) == {}


def test_gaps_of_the_programme_are_found(day, speaker):
    gaps = queries.gaps(day)
    assert gaps.count == 5
    assert [each.rank for each in gaps.without_speaker] == [2]
    assert len(gaps.without_room) == len(gaps.without_steward) == 5
    assert queries.speaker_of(day, speaker.pk) == speaker
    TempsFactory(event=day, rank=9)


# --- Rehearsals ------------------------------------------------------------------------------------------------------


def offered(day: Event, said: dict, hours: int = 24, seats: int = 1) -> Rehearsal:
    return rehearsals.offer(day, starts_at=NOW + hours * HOUR, minutes=15, seats=seats, join_url="", **said)


def test_a_moment_to_rehearse_is_offered_once(day, said, monkeypatch):
    assert offered(day, said) == offered(day, said)
    with pytest.raises(ProgrammeRefused, match="passé"):
        offered(day, said, hours=-1)
    with pytest.raises(ProgrammeRefused, match="durée"):
        offered(day, said, seats=0)
    monkeypatch.setattr(rehearsals, "MOST", 1)
    with pytest.raises(ProgrammeRefused, match="1 créneaux"):
        offered(day, said, hours=30)


def test_a_moment_is_never_taken_by_more_than_its_seats(day, speaker, said):
    one, other = offered(day, said), offered(day, said, hours=25)
    mine = sheets.save(sheets.ensure(speaker), SheetSaid(rehearsal=one), now=NOW)
    theirs = sheets.ensure(SpeakerFactory(event=day))
    with pytest.raises(ProgrammeRefused, match="vient d’être pris"):
        sheets.save(theirs, SheetSaid(rehearsal=one), now=NOW)
    sheets.save(mine, SheetSaid(rehearsal=one), now=NOW)
    sheets.save(mine, SheetSaid(rehearsal=other), now=NOW)
    sheets.save(theirs, SheetSaid(rehearsal=one), now=NOW)
    assert list(Rehearsal.objects.values_list("taken", flat=True)) == [1, 1]
    with pytest.raises(IntegrityError), transaction.atomic():
        Rehearsal.objects.filter(pk=one.pk).update(taken=2)
    with pytest.raises(ProgrammeRefused, match="Quelqu’un a choisi"):
        rehearsals.withdraw(one, **said)
    sheets.save(theirs, SheetSaid(answer=Standing.DECLINED, rehearsal=one), now=NOW)
    rehearsals.withdraw(one, **said)
    rehearsals.withdraw(one, **said)
    assert Rehearsal.objects.get() == other


# --- The page ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def address(speaker) -> str:
    return speaker_links.path_of(sheets.ensure(speaker))


def test_a_speaker_confirms_and_gives_everything_without_an_account(client, address, speaker):
    page = client.get(address)
    assert page["Referrer-Policy"] == "same-origin"  # « no-referrer » would have browsers refuse the form
    assert "Séquence n° 1" in page.content.decode()
    answer = client.post(
        address,
        {
            "answer": "confirmed", "bio": "Maire d’une commune.", "links": "exemple.fr\n", "recording": "yes",
            "photo": upload(picture(), "a.png"), "version": "0", "tab": "t",
        },
    )  # fmt: skip
    assert (answer.status_code, answer["Location"]) == (302, address)
    sheet = sheets.of(speaker)
    assert (sheet.answer, sheet.links, sheet.opened_at is not None) == (
        Standing.CONFIRMED,
        ["https://exemple.fr"],
        True,
    )
    assert client.get(reverse("events:speaker_file", args=[address.split("/")[2], "photo"])).status_code == 200


def test_a_refused_page_comes_back_filled(client, address, speaker):
    page = client.post(address, {"answer": "confirmed", "bio": "Mon texte", "links": "pas un lien", "version": "0"})
    assert page.status_code == 422
    assert "Mon texte" in page.content.decode()
    sheets.save(sheets.of(speaker), SheetSaid(bio="D’une autre fenêtre"), now=NOW)
    page = client.post(address, {"answer": "confirmed", "bio": "Mon texte", "version": "0"})
    assert page.status_code == 422
    assert "autre fenêtre" in page.content.decode()
    assert 'name="version" value="1"' in page.content.decode()
    many = "\n".join(["exemple.fr"] * 6)
    for wrong in ({"links": many}, {"links": "exemple.fr/" + "a" * 400}, {"site_internet": "robot"}):
        assert client.post(address, {"answer": "confirmed", "version": "1", **wrong}).status_code == 422


def test_what_is_typed_is_kept_as_it_is_typed(client, address, speaker):
    draft = f"{address}brouillon/"
    assert client.post(draft, {}).status_code == 400
    kept = client.post(draft, {"bio": "En cours", "answer": "expected", "version": "0", "tab": "a"})
    assert kept.json()["seen"]
    assert "En cours" in client.get(address).content.decode()
    assert client.post(draft, {"bio": "Autre", "version": "0", "tab": "b"}).status_code == 409
    assert client.post(draft, {"bio": "a" * 30_000, "version": "0", "tab": "a"}).status_code == 422
    assert client.post(draft, {"drop": "1"}).status_code == 302
    assert "En cours" not in client.get(address).content.decode()


def test_a_link_of_a_hidden_event_opens_nothing(client, address):
    Event.objects.update(is_hidden=True)
    assert client.get(address).status_code == 404


def test_a_partner_has_a_shorter_page(client, day, said):
    for where in ({"event": day}, {"temps": day.temps.get()}, {"sequence": Sequence.objects.get(event=day, rank=1)}):
        partner = Partner.objects.create(name="Comité 21", **where)
        page = client.get(speaker_links.path_of(sheets.ensure(partner))).content.decode()
        assert "Votre logo" in page
        assert "Enregistrement" not in page


def test_free_moments_are_offered_and_ones_own_stays(client, address, day, speaker, said):
    moment = rehearsals.offer(day, starts_at=SOON - DAY, minutes=15, seats=1, join_url="", **said)
    assert "créneau de répétition" in client.get(address).content.decode()
    sheets.save(sheets.of(speaker), SheetSaid(rehearsal=moment), now=NOW)
    assert "créneau de répétition" in client.get(address).content.decode()
    client.post(address, {"answer": "confirmed", "rehearsal": moment.pk, "version": "1"})
    assert sheets.of(speaker).rehearsal == moment
