"""Processes killed without a word: nothing half-written, the work is taken again, the person sees it, clients catch up."""

import json
import os
import re
import signal
import time

import httpx
import pytest

from tests.heavy.platform import Browser, Platform, wait_for

ANIMATOR = "Mathilde"
LINKS = sum(len(range(rank, 3000, 3)) for rank in range(60))


def table(platform: Platform, zonings: int) -> bytes:
    """Zonings of many communes each: long enough to be killed in its middle."""
    codes = [
        code
        for (code,) in platform.sql(
            "SELECT code FROM territories_territory WHERE kind = 'commune' AND status = 'current' ORDER BY code LIMIT 3000"
        )
    ]
    lines = [f"zone-{rank};Zone {rank};{' '.join(codes[rank::3])}" for rank in range(zonings)]
    return "\n".join(["code;libelle;communes", *lines]).encode()


def tried(browser: Browser, content: bytes) -> str:
    """Send a file and come to the end of its trial; the address of the import."""
    page = browser.send(
        browser.get("/imports/nouveau/territories.zonings/"), files={"file": ("zones.csv", content, "text/csv")}
    )
    assert "/colonnes/" in str(page.url), page.text[-3000:]
    chosen = dict(re.findall(r'<select name="([^"]+)".*?<option value="([^"]*)" selected', page.text, re.DOTALL))
    page = browser.send(page, **chosen, source="Essai de panne", licence="", date="")
    address = re.sub(r"colonnes/$", "", str(page.url))
    wait_for(lambda: '/enregistrer/"' in browser.get(address).text, seconds=60)
    return address


def job_of(platform: Platform, address: str) -> str:
    run = address.rstrip("/").rpartition("/")[2]
    found = platform.sql(
        "SELECT job_id FROM imports_importrun WHERE id = ?", run if platform.more else run.replace("-", "")
    )
    return str(found[0][0])


@pytest.fixture(params=["site", "pg_site"])
def platform(request: pytest.FixtureRequest) -> Platform:
    return request.getfixturevalue(request.param)


def test_a_worker_killed_in_the_middle_of_an_import(platform: Platform) -> None:
    browser = Browser(platform)
    browser.become(ANIMATOR)
    address = tried(browser, table(platform, 60))
    page = browser.get(address)
    browser.send(page, f"{address}enregistrer/")
    job = job_of(platform, address)
    wait_for(lambda: platform.sql("SELECT 1 FROM jobs_job WHERE id = ? AND state = 'running'", job), every=0.01)
    time.sleep(0.4)
    killed = platform.kill("alliage worker")
    # Whole or nothing, at every moment from now on.
    seen = set()

    def over() -> bool:
        seen.add(platform.sql("SELECT COUNT(*) FROM territories_zoning")[0][0])
        text = browser.get(address).text
        assert "Une erreur est survenue" not in text
        return "L’import est terminé" in text

    wait_for(over, seconds=90, every=0.3)
    assert seen <= {0, 60}, seen
    assert platform.sql("SELECT COUNT(*) FROM territories_zoning_communes")[0][0] == LINKS
    assert not set(killed) & set(platform.pids("alliage worker"))
    done, attempts = platform.sql("SELECT state, attempt FROM jobs_job WHERE id = ?", job)[0]
    print(f"\nworker killed: {done} at try {attempts}", end="", flush=True)
    assert done == "done"


def test_work_that_kills_every_worker_is_given_up_and_said(site: Platform) -> None:
    """A worker that dies of what it reads must not be restarted on it for ever."""
    browser = Browser(site)
    browser.become(ANIMATOR)
    address = tried(browser, table(site, 60))
    browser.send(browser.get(address), f"{address}enregistrer/")
    job = job_of(site, address)
    deaths = 0
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and deaths < 3:
        running = site.sql("SELECT 1 FROM jobs_job WHERE id = ? AND state = 'running'", job)
        workers = site.pids("alliage worker")
        if running and workers:
            os.kill(workers[0], signal.SIGKILL)
            deaths += 1
            wait_for(lambda: not site.sql("SELECT 1 FROM jobs_job WHERE id = ? AND state = 'running'", job), seconds=60)
        time.sleep(0.02)
    if deaths < 3:
        pytest.skip(f"The machine did the work before it was killed three times ({deaths}).")
    wait_for(lambda: "s’est interrompu" in browser.get(address).text, seconds=60)
    assert "Rien n’est enregistré" in browser.get(address).text
    assert site.sql("SELECT COUNT(*) FROM territories_zoning") == [(0,)]
    page = browser.send(browser.get(address), f"{address}enregistrer/")  # the person takes it up again
    wait_for(lambda: "L’import est terminé" in browser.get(address).text, seconds=60)
    assert page.status_code == 200


def test_the_page_and_live_server_killed(site: Platform) -> None:
    """It starts again by itself; whoever was signed in still is; whoever followed a job gets the end of it."""
    browser = Browser(site)
    browser.become(ANIMATOR)
    address = tried(browser, table(site, 60))
    browser.send(browser.get(address), f"{address}enregistrer/")
    job = job_of(site, address)
    cookies = browser.client.cookies
    followed = f"/direct/travaux/{job}"
    seen = 0
    with httpx.stream("GET", site.url + followed, cookies=cookies, timeout=30) as stream:
        lines = stream.iter_lines()
        for line in lines:
            if line.startswith("id: "):
                seen = int(line[4:])
                break
    site.kill("alliage.config.asgi:application")
    started = time.monotonic()
    with pytest.raises(httpx.HTTPError):
        browser.get("/annuaire/")
    wait_for(lambda: browser.get("/annuaire/").status_code == 200, seconds=40)
    print(f"\npage server killed: back after {time.monotonic() - started:.1f} s", end="", flush=True)
    assert f"Bonjour {ANIMATOR}" in browser.get("/mon-espace/").text
    wait_for(lambda: "L’import est terminé" in browser.get(address).text, seconds=60)
    answer = httpx.get(site.url + followed, headers={"Last-Event-ID": str(seen)}, cookies=cookies, timeout=30).text
    last = json.loads(re.findall(r"data: (\{.+\})", answer)[-1])
    assert last["state"] == "done"
    assert "event: fin" in answer


def test_a_stop_and_a_start_keep_everything(site: Platform) -> None:
    """Ctrl-C in the middle of an import: it goes on at the next start."""
    browser = Browser(site)
    browser.become(ANIMATOR)
    address = tried(browser, table(site, 60))
    browser.send(browser.get(address), f"{address}enregistrer/")
    assert site.process is not None
    site.process.send_signal(signal.SIGINT)
    site.process.wait(30)
    assert site.sql("SELECT COUNT(*) FROM territories_zoning")[0][0] in {0, 60}
    (site.var / "run.log").write_text("")
    site.start()
    wait_for(lambda: "L’import est terminé" in browser.get(address).text, seconds=60)
    assert site.sql("SELECT COUNT(*) FROM territories_zoning") == [(60,)]
