"""A kit worked through in a room: its steps, minutes, people and licence become a run sheet of one's own, which a room follows."""

import pytest
from django.urls import reverse

from alliage.accounts.tests.factories import MemberFactory
from alliage.library.services import resources, rolling
from alliage.library.services.kits import KitRefused
from alliage.library.services.rolling import Rolled
from alliage.library.tests.factories import NOW, published
from alliage.library.tests.test_kits import items, kit, launched
from alliage.library.tests.test_review_pages import signed_in, text_of
from alliage.rooms.models import RunSheet
from alliage.rooms.phases import LONGEST_TEXT, MOST_PHASES

pytestmark = pytest.mark.django_db


def rolled(resource, *, by=None, title="Réunion", is_codev=False, **lengths):
    said = Rolled(title, lengths or {"un": 10, "deux": 30}, is_codev)
    return rolling.roll(resource, said, by=by or MemberFactory(), now=NOW)


def test_steps_minutes_and_people_are_carried():
    member = MemberFactory()
    made = rolled(kit(), by=member)
    sheet = made.sheet
    assert made.owner == member
    assert not made.is_shared
    assert [(phase.title, phase.length) for phase in sheet.phases] == [("Un", 10), ("Deux", 30)]
    assert sheet.phases[0].purpose == "Avec\u00a0: hôte. Faire Un."
    assert set(sheet.roles) == {"facilitator", "participant"}
    assert sheet.phases[0].captures[0].by == ("facilitator", "participant")
    assert "Un kit" in sheet.method
    assert "CC BY-SA" in sheet.method


def test_a_session_of_codevelopment_has_its_roles():
    sheet = rolled(kit(), is_codev=True).sheet
    assert set(sheet.roles) == {"facilitator", "client", "consultant", "observer"}
    assert "observer" not in sheet.phases[0].speakers


def test_a_step_without_minutes_is_left_out_and_one_at_least_is_worked():
    assert [phase.title for phase in rolled(kit(), deux=5).sheet.phases] == ["Deux"]
    with pytest.raises(KitRefused, match="au moins"):
        rolled(kit(), inconnue=5)


def test_a_session_has_as_many_steps_as_a_room_can_follow():
    titles = [f"Étape {rank}" for rank in range(MOST_PHASES + 1)]
    with pytest.raises(KitRefused, match="au plus"):
        rolled(kit(*titles), **{title.lower(): 5 for title in titles})


def test_the_same_is_kept_once_and_another_beside():
    member, resource = MemberFactory(), kit()
    first = rolled(resource, by=member)
    assert rolled(resource, by=member) == first
    assert rolled(resource, by=member, un=20) != first
    assert rolled(resource) != first
    assert RunSheet.objects.filter(owner=member).count() == 2


def test_what_is_not_a_kit_or_left_the_library_is_refused():
    with pytest.raises(KitRefused):
        rolled(published())
    resource = kit()
    resources.withdraw(resource, by=None, now=NOW)
    resource.refresh_from_db()
    with pytest.raises(KitRefused):
        rolled(resource)


def test_what_a_step_leads_to_is_told_to_who_animates():
    sheet = published(title="La fiche à lire")
    made = rolled(published(kind="kit", title="Un kit", sections={}, kit_items=items("Un", resource=sheet.pk)), un=5)
    assert "La fiche à lire" in made.sheet.phases[0].advice
    assert sheet.get_absolute_url() in made.sheet.phases[0].advice


def test_a_long_text_is_cut_between_two_words_and_says_where_the_rest_is():
    text = "Un début.\n\n- une carte\n- un local\n\n" + "encore " * 400
    resource = published(
        kind="kit", title="Un kit", sections={}, kit_items=items("Un", text=text, role="", minutes=None)
    )
    phase = rolled(resource, un=5).sheet.phases[0]
    assert phase.purpose.startswith("Un début. une carte · un local encore")
    assert phase.purpose.endswith("encore…")
    assert len(phase.purpose) <= LONGEST_TEXT
    assert resource.get_absolute_url() in phase.advice


def test_of_a_kit_whose_rights_are_reserved_titles_and_minutes_alone_are_kept_with_where_to_read_the_rest():
    resource = kit(licence="tous-droits-reserves", summary="Un résumé réservé.")
    made = rolled(resource)
    assert [(phase.title, phase.length, phase.purpose) for phase in made.sheet.phases] == [
        ("Un", 10, ""),
        ("Deux", 30, ""),
    ]
    assert resource.get_absolute_url() in made.sheet.purpose
    assert all(resource.get_absolute_url() in phase.advice for phase in made.sheet.phases)
    assert "Tous droits réservés" in made.sheet.method
    for words in ("Faire Un", "hôte", "Un résumé réservé"):
        assert words not in str(made.content), words


def test_of_a_step_without_text_there_is_nothing_to_read_elsewhere():
    bare = published(
        kind="kit", title="Un kit", sections={}, licence="tous-droits-reserves", kit_items=items("Un", text="", role="")
    )
    assert rolled(bare, un=5).sheet.phases[0].advice == ""


# --- The page ------------------------------------------------------------------------------------------------------


def address_of(resource):
    return reverse("library:kit_roll", args=[resource.pk])


def test_the_page_of_a_kit_leads_there(client):
    resource = kit()
    assert f'href="{address_of(resource)}"' in text_of(client.get(resource.get_absolute_url()))
    answer = client.get(address_of(resource))
    assert answer.status_code == 302
    assert address_of(resource) in answer["Location"]


def test_a_member_makes_the_run_sheet_and_prepares_a_room_from_it():
    client = signed_in(MemberFactory())
    resource = kit()
    assert 'value="20"' in text_of(client.get(address_of(resource)))
    answer = client.post(
        address_of(resource), {"title": "Réunion", "use": "reunion", "length_un": "45", "length_deux": ""}
    )
    made = RunSheet.objects.get(owner__isnull=False)
    assert answer["Location"] == made.get_absolute_url()
    assert [phase.length for phase in made.sheet.phases] == [45]
    assert "Réunion" in text_of(client.get(f"{reverse('rooms:prepare')}?deroule={made.pk}"))


def test_what_lasts_longer_than_a_meeting_is_left_out_unless_asked_and_what_is_typed_is_escaped():
    client = signed_in(MemberFactory())
    resource = published(
        kind="kit", title="Un kit", sections={},
        kit_items=[*items("Inviter", minutes=2880), *items("Ouvrir", minutes=None, role="<b>hôte</b>")],
    )  # fmt: skip
    text = text_of(client.get(address_of(resource)))
    assert 'name="length_inviter" min' in text
    assert 'name="length_ouvrir" value="15"' in text
    assert "<b>hôte</b>" not in text
    assert "&lt;b&gt;hôte" in text


def test_a_refused_form_comes_back_filled():
    client = signed_in(MemberFactory())
    resource = kit()
    said = {"title": "Ma réunion", "use": "reunion", "length_un": "", "length_deux": ""}
    answer = client.post(address_of(resource), said)
    assert answer.status_code == 422
    assert "Donnez une durée" in text_of(answer)
    assert "Ma réunion" in text_of(answer)
    assert client.post(address_of(resource), said | {"length_un": "999"}).status_code == 422
    assert signed_in(MemberFactory()).get(address_of(published())).status_code == 404


def test_a_run_leads_to_the_session_of_its_kit():
    member, resource = MemberFactory(), kit()
    run = launched(resource, by=member)
    assert address_of(resource) in text_of(signed_in(member).get(run.get_absolute_url()))


def test_the_form_says_what_a_run_sheet_keeps_of_a_kit_whose_rights_are_reserved():
    client = signed_in(MemberFactory())
    reserved = text_of(client.get(address_of(kit(licence="tous-droits-reserves"))))
    assert "Les droits de ce kit sont réservés" in reserved
    assert "le texte de chaque étape" not in reserved
    free = text_of(client.get(address_of(kit())))
    assert "Les droits de ce kit sont réservés" not in free
    assert "le texte de chaque étape" in free
