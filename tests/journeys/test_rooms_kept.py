"""What was typed is given back when it is refused; what others wrote leaves the screen of whoever is no longer in the room."""

from playwright.sync_api import expect

from tests.journeys.test_rooms import come_in, prepare, write


def test_refused_words_come_back_and_the_words_of_a_lost_room_go(visit):
    host_visit, other_visit = visit(), visit()
    host, path = prepare(host_visit)
    karim = come_in(other_visit, path, "Karim")
    host.get_by_role("button", name="Ouvrir la séance").click()
    expect(karim.locator("#etape")).to_have_text("Accueil et choix du sujet")
    # A poll with one answer only is refused.
    host.locator("summary", has_text="Poser une question").click()
    host.locator("#sondage-titre").fill("On continue ?")
    host.locator("#sondage-sorte").select_option("several")
    host.locator("#sondage-options").fill("Oui")
    host.get_by_role("button", name="Poser la question").click()
    expect(host.locator("[data-line]")).to_contain_text("au moins deux")
    expect(host.locator("#sondage-titre")).to_have_value("On continue ?")
    expect(host.locator("#sondage-options")).to_have_value("Oui")
    expect(host.locator("#sondage-sorte")).to_have_value("several")
    # Karim is put out while he writes.
    write(host, "sujet", "Dit entre nous.")
    expect(karim.locator("#ecrits-accueil-sujet")).to_contain_text("Dit entre nous.")
    other_visit.context.clear_cookies(name="salle")
    write(karim, "sujet", "Pas encore parti.")
    expect(karim.get_by_role("heading", level=1)).to_have_text("Cette salle n’existe plus, ou vous n’y êtes plus.")
    expect(karim.locator("[data-kept] textarea")).to_have_value("Pas encore parti.")
    expect(karim.locator("body")).not_to_contain_text("Dit entre nous.")
    assert karim.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('alliage.room.'))") == []
    other_visit.check_accessible()
