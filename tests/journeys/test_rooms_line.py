"""A line that kept streams back and lets them through again: the room goes back to a stream; nothing is lost, nothing comes twice."""

import time

from playwright.sync_api import expect

from tests.journeys.test_rooms import STREAMS, agree, come_in, hold_streams, next_phase, prepare, until, write

IS_POLLING = "() => Boolean(document.querySelector('live-room').polling)"


def test_a_line_that_lets_streams_through_again_is_heard_by_a_stream(visit):
    host_visit, held_visit = visit(), visit()
    host, path = prepare(host_visit)
    hold_streams(held_visit)
    held = come_in(held_visit, path, "Loin")
    host.get_by_role("button", name="Ouvrir la séance").click()
    expect(held.locator("#etape")).to_have_text("Accueil et choix du sujet")
    until(held, lambda: held.evaluate(IS_POLLING))
    polls: list[str] = []
    held.on("request", lambda request: polls.append(request.url) if "attendre=1" in request.url else None)
    # Another network says that it is there; streams are still held: polling has never stopped.
    with held.expect_request("**/direct/essai"):
        held.evaluate("() => dispatchEvent(new Event('online'))")
    write(host, "sujet", "Dit pendant l’essai")
    expect(held.locator("#ecrits-accueil-sujet .card")).to_have_count(1)
    until(held, lambda: held.evaluate("() => document.querySelector('live-room').tried === null"))
    assert held.evaluate(IS_POLLING)
    # They pass again: by itself, the room finds out, while others write.
    held_visit.context.unroute(STREAMS)
    mine = held.locator("form[data-writes=meteo] textarea")
    mine.fill("Je suis en train d’écrire")
    said, begun = 1, time.monotonic()
    while held.evaluate(IS_POLLING):
        assert time.monotonic() - begun < 180, "The room never went back to a stream."
        said += 1
        write(host, "sujet", f"Dit en chemin, numéro {said}")
        expect(held.locator("#ecrits-accueil-sujet .card")).to_have_count(said)
        held.wait_for_timeout(2_000)
    until(held, lambda: held.evaluate("() => document.querySelector('live-room').source.heard === true"))
    expect(mine).to_have_value("Je suis en train d’écrire")
    polls.clear()
    write(host, "sujet", "Dit par le flux")
    expect(held.locator("#ecrits-accueil-sujet")).to_contain_text("Dit par le flux")
    shown = agree([host, held])
    assert len(shown) == len(set(shown)) == said + 1
    write(held, "meteo", "Toujours là")
    expect(host.locator("#ecrits-accueil-meteo .card")).to_have_count(1)
    next_phase(host, "Exposé")
    expect(held.locator("#etape")).to_have_text("Exposé")
    assert polls == []
