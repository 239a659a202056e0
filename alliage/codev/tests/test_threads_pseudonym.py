"""A question asked in a group without saying one's name: the facilitation alone knows who, whatever way one looks."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from alliage.accounts.registry import personal_data
from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev.models import Thread
from alliage.codev.permissions import standing
from alliage.codev.queries import messages as message_queries
from alliage.codev.queries import threads as queries
from alliage.codev.registers import threads as registers
from alliage.codev.services import messages, threads
from alliage.codev.services.messages import MessageRefused, Said
from alliage.codev.services.threads import Opening
from alliage.codev.tests.factories import NOW, group_of
from alliage.files.models import StoredFile
from alliage.files.tests.factories import PDF, docx, picture, upload
from alliage.moderation.references import report_url
from alliage.notifications.models import Notification, OutgoingMail
from alliage.notifications.services import deliver

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
ASKER = "Sidonie Canari"


@pytest.fixture(autouse=True)
def _files(tmp_path, settings):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def world():
    """Sidonie asks without her name in a group of five; Driss answers, she thanks, and answers twice."""
    asker, driss, fanta = MemberFactory(name=ASKER), MemberFactory(name="Driss"), MemberFactory(name="Fanta")
    group = group_of(asker, driss, MemberFactory(), MemberFactory(), facilitator=fanta)
    said = Said("Mon élu ne me parle plus.", (), [upload(picture(), "sidonie.png")])
    opening = threads.open_thread(group, Opening(said, is_pseudonymous=True), by=asker, now=NOW).message
    reply = messages.reply(opening.thread, Said("Depuis quand ?", [asker.pk]), by=driss, now=LATER).message
    messages.react(reply, "thanks", on=True, by=asker, now=LATER)
    again = messages.reply(opening.thread, Said("Depuis mai."), by=asker, now=LATER).message
    messages.change(again, Said("Depuis juin."), was=messages.mark("Depuis mai."), by=asker, now=LATER)
    return {
        "asker": asker,
        "driss": driss,
        "fanta": fanta,
        "group": group,
        "thread": opening.thread,
        "opening": opening,
        "reply": reply,
        "again": again,
    }


def read_by(world, person):
    thread = queries.by_number(world["group"].pk, world["thread"].pk, person)
    return message_queries.lines(thread, message_queries.of_thread(thread), standing(person, world["group"]), person)


def test_the_group_reads_a_person_of_the_group_and_the_facilitation_may_learn_who(world):
    unnamed = "une personne du groupe"
    for person in (world["driss"], world["fanta"], world["asker"]):
        assert [line.who for line in read_by(world, person)] == [unnamed, "Driss", unnamed]
    assert [line.real_name for line in read_by(world, world["driss"])] == ["", "", ""]
    assert [line.real_name for line in read_by(world, world["asker"])] == ["", "", ""]
    assert [line.real_name for line in read_by(world, world["fanta"])] == [ASKER, "", ASKER]
    line = queries.latest(world["group"], standing(world["driss"], world["group"]), world["driss"])[0]
    assert line.who == unnamed


def pages(world):
    base = f"/codev/groupes/{world['group'].pk}"
    again, opening = world["again"], world["opening"]
    yield from (f"{base}/echanges/", f"{base}/echanges/?q=elu", world["thread"].get_absolute_url())
    yield from (f"{base}/messages/{again.pk}/versions/", f"{base}/messages/{opening.pk}/versions/")
    yield report_url(again)
    yield from (each.get_absolute_url() for each in StoredFile.objects.all())
    yield from ("/notifications/", "/mon-espace/")


def test_no_page_says_who_asked_to_another_member(world):
    """Where her name may stand, it is in the list of those whom one may call and in what Driss wrote: as for anyone."""
    messages.change(world["reply"], Said("Depuis quand ?"), was=messages.mark("Depuis quand ?"), by=world["driss"], now=LATER)  # fmt: skip
    world["reply"].mentions.all().delete()
    client = MemberClient()
    client.force_login(world["driss"])
    for path in pages(world):
        response = client.get(path, follow=True)
        assert response.status_code == 200, path
        content = b"".join(response.streaming_content) if response.streaming else response.content
        name = ASKER.encode()
        boxes = content.count(f'value="{world["asker"].pk}"'.encode())
        assert content.count(name) == boxes, path
        assert "sidonie" not in content.decode(errors="replace").replace(ASKER, ""), path
    client.force_login(world["fanta"])
    shown = client.get(world["thread"].get_absolute_url()).content.decode()
    assert shown.count("Voir qui a écrit") == 2


def test_neither_mails_nor_notifications_nor_copies_of_others_say_who_asked(world, mailoutbox):
    for each in Notification.objects.all():
        assert ASKER not in f"{each.title}{each.text}{each.url}"
        assert each.by is None
    OutgoingMail.objects.all().delete()
    Notification.objects.update(due_at=NOW)
    deliver(clock=lambda: LATER)
    assert len(mailoutbox) >= 4
    for mail in mailoutbox:
        assert ASKER not in mail.subject + mail.body or mail.to == [world["asker"].email]
    for person in (world["driss"], world["fanta"]):
        for data in personal_data:
            assert ASKER not in str(data.export(person)), data.code
        taken = str(queries.export_of(world["group"], person))
        assert "Depuis juin" in taken
        assert ASKER not in taken.replace("'personnes_appelees': ['" + ASKER + "']", "")


def test_an_animator_who_decides_about_a_reported_message_is_not_told_who_asked(world):
    assert registers.author_of(world["again"]) is None
    assert registers.author_of(world["reply"]) == world["driss"]


def test_pictures_alone_are_joined_renamed_and_without_what_a_camera_says(world):
    stored = StoredFile.objects.get()
    assert stored.name == f"image.{stored.extension}"
    with stored.file.open("rb") as content:
        assert not Image.open(BytesIO(content.read())).info.get("exif")
    for sent in (upload(PDF, "sidonie.pdf"), upload(docx(), "sidonie.docx")):
        posted = messages.reply(world["thread"], Said("Voici", (), [sent]), by=world["asker"], now=LATER)
        assert len(posted.refused_files) == 1
    assert StoredFile.objects.count() == 1
    # What others join stays theirs.
    messages.reply(world["thread"], Said("Voici", (), [upload(PDF, "a.pdf")]), by=world["driss"], now=LATER)
    assert StoredFile.objects.filter(name="a.pdf").exists()


def test_calling_everyone_but_oneself_would_say_who_and_is_refused(world):
    others = [pk for pk in world["group"].memberships.values_list("member_id", flat=True) if pk != world["asker"].pk]
    with pytest.raises(MessageRefused, match="dirait qui vous êtes"):
        messages.reply(world["thread"], Said("À tous", others), by=world["asker"], now=LATER)
    messages.reply(world["thread"], Said("À presque tous", others[1:]), by=world["asker"], now=LATER)
    with pytest.raises(MessageRefused, match="dirait qui vous êtes"):  # in a second message
        messages.reply(world["thread"], Said("Et vous", others[:1]), by=world["asker"], now=LATER)
    everyone = list(world["group"].memberships.values_list("member_id", flat=True))
    messages.reply(world["thread"], Said("À tous", everyone), by=world["driss"], now=LATER)


def test_a_group_where_one_would_guess_takes_no_such_question():
    asker = MemberFactory()
    group = group_of(asker, MemberFactory())
    with pytest.raises(MessageRefused, match="trop petit"):
        threads.open_thread(group, Opening(Said("Qui ?"), is_pseudonymous=True), by=asker, now=NOW)
    assert not Thread.objects.exists()


def test_others_write_under_their_name_and_the_asker_under_hers_elsewhere(world):
    plain = threads.open_thread(world["group"], Opening(Said("En mon nom")), by=world["asker"], now=LATER).message
    assert not plain.is_pseudonymous
    assert not world["reply"].is_pseudonymous
    assert queries.personal_copy(world["asker"])["messages"][0]["sans_dire_mon_nom"] is True
