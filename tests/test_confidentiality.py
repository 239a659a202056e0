"""What belongs to someone is seen by nobody else: planted texts are looked for in every page, export, feed and log."""

import gzip
import io
import json
import logging
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from pypdf import PdfReader
from wagtail.models import Page as EditorialPage

from alliage.accounts.enums import Role
from alliage.accounts.services.invitations import invite
from alliage.accounts.tests.factories import MemberFactory
from alliage.agreements.tests import hidden_agreements
from alliage.codev.services import messages, threads
from alliage.codev.services.messages import Said
from alliage.codev.services.threads import Place
from alliage.codev.tests import confided, grouped
from alliage.codev.tests.factories import group_of
from alliage.directory.enums import Visibility
from alliage.directory.models import EmbedHost, Entry
from alliage.directory.services import alerts, knowledge, needs, requests
from alliage.directory.services.profiles import PHOTO_PURPOSE
from alliage.directory.tests.factories import (
    AllianceFactory,
    CatalystFactory,
    MembershipFactory,
    MentionFactory,
    NeedFactory,
    OrganisationFactory,
)
from alliage.events.tests import hidden as happening
from alliage.files import services as files
from alliage.files.tests.factories import PDF, picture, upload
from alliage.jobs.tests.factories import JobFactory
from alliage.learning.tests import (
    hidden_cohorts,
    hidden_deeds,
    hidden_files,
    hidden_papers,
    hidden_paths,
    hidden_plans,
    hidden_results,
)
from alliage.library.services import (
    collections,
    kits,
    proposals,
    recommendations,
    renewal,
    resources,
    reuse,
    reviews,
    translations,
)
from alliage.library.services import help as helps
from alliage.library.tests.factories import proposed, published
from alliage.moderation.tests.factories import DecisionFactory, ReportFactory
from alliage.notifications.tests.factories import NotificationFactory, OutgoingMailFactory
from alliage.questionnaires.tests import balloted
from alliage.search import services as search
from alliage.taxonomy.models import NetworkList
from alliage.taxonomy.services import add_item
from alliage.territories.models import Territory
from alliage.ui.drafts import Mark
from alliage.website import letters
from alliage.website.models import HomePage, StandardPage
from tests.pages import PAGES
from tests.test_bad_input import body
from tests.world import VISITOR, World, build, lasting

CANARY = "canari"
# What reviewers read of texts that wait for them: the queue that everyone reads is not one of them.
# At the end of an address, as no server receives it: everyone opens this page, where what was planted must not be.
OPEN = "#ouverte"
FOR_REVIEWERS = re.compile("/ressources/(a-relire/|relecture/[0-9])")
# Lists longer than a page, and what narrows them towards the canary.
WIDER = (
    "/annuaire/?q=canari", "/annuaire.csv?q=canari", "/annuaire.json?q=canari", "/annuaire.rss?q=canari",
    "/annuaire.geojson?q=canari", "/territoires/suggestions.json?q=canari", "/territoires/?q=canari",
    "/recherche/?q=canari", "/recherche/?q=canari+cachee", "/recherche/?q=cannari", "/recherche.json?q=canari",
    "/annuaire/catalyseurs/discrete/", "/annuaire/catalyseurs/discrete.json", "/annuaire/catalyseurs/discrete/ecrire/", "/annuaire/?q=discrete", "/annuaire.xlsx?q=canari",
    "/annuaire/organisations/canari-cachee/", "/annuaire/trouver/?besoin=canari", "/recherche/?q=canari+demande", "/annuaire/organisations/canari-brouillon/", "/page-canari/",
    "/integrer/liste/?q=canari", "/integrer/carte/?q=canari", "/integrer/fiche/discrete/", "/integrer/fiche/canari-cachee/",
    "/integrer/fiche/canari-brouillon/", "/integrer/?q=canari&quoi=liste", "/oembed?url=http://localhost:8000/annuaire/catalyseurs/discrete/",
    "/ressources/?q=canari", "/ressources.csv?q=canari", "/ressources.json?q=canari", "/ressources.rss?q=canari",
    "/sitemap-territoires-commune.xml", "/demo/courriers/canari.eml/", "/media/original_images/canari.png",
    "/annuaire/besoins/?q=canari", "/annuaire/besoins.csv?q=canari", "/annuaire/besoins.xlsx?q=canari", "/annuaire/besoins.json?q=canari",
    "/annuaire/besoins.geojson?q=canari", "/annuaire/besoins.rss?q=canari", "/recherche/?q=canari&sorte=besoins",
    "/annuaire/alertes/?liste=besoins&filtres=q%3Dcanari", "/annuaire/alertes/?liste=annuaire&filtres=q%3Dcanari",
    "/annuaire/alertes/?liste=annuaire&filtres=territoire%3Dcommune%3A42218", "/annuaire/alliances/?organisation=canari-cachee",
    "/annuaire.geojson?q=discrete", "/annuaire.json?q=discrete", "/annuaire.csv?q=discrete", "/annuaire.xlsx?q=discrete", "/annuaire.rss?q=discrete",
    "/integrer/liste/?q=discrete", "/integrer/carte/?q=discrete", "/recherche/?q=discrete", "/recherche.json?q=discrete",
    "/oembed?url=http://localhost:8000/annuaire/catalyseurs/discrete/&format=json",
    "/annuaire/alliances.csv?organisation=canari-cachee", "/annuaire/alliances.xlsx?organisation=canari-cachee", "/annuaire/organisations/canari-cachee/soutiens/",
    "/agenda/?q=canari", "/agenda.json", "/agenda.csv", "/agenda.ics", "/agenda.rss", "/agenda/?quand=passes", "/agenda.json?quand=passes",
    "/annuaire/organisations/canari-cachee/soutiens.csv", "/integrer/liste/?nature=catalyseurs&q=canari",
)  # fmt: skip
# What the discreet person keeps to herself, as it may be written anywhere; her point, to the thousandth.
KEPT = ("canari fonction", "canari présentation", "canari 01", "canari.exemple.fr", "canari-discrete@", "canari-photo")
POINT = re.compile(r"(?<![\d.])(?:45[.,]123|4[.,]321)(?!\d)")
HER_PAGES = (
    "/annuaire/catalyseurs/discrete/", "/annuaire/catalyseurs/discrete.json", "/integrer/fiche/discrete/",
    "/oembed?url=http://localhost:8000/annuaire/catalyseurs/discrete/", "/annuaire/?q=discrete", "/annuaire.json?q=discrete",
    "/annuaire.csv?q=discrete", "/annuaire.xlsx?q=discrete", "/annuaire.geojson?q=discrete", "/annuaire.rss?q=discrete",
    "/integrer/liste/?q=discrete", "/integrer/carte/?q=discrete", "/recherche/?q=discrete", "/recherche.json?q=discrete",
)  # fmt: skip
# Whose entry members alone may see: its addresses, for visitors.
FOR_MEMBERS = (
    "/annuaire/organisations/serin/", "/annuaire/organisations/serin.json", "/annuaire/organisations/serin/ecrire/",
    "/annuaire/organisations/serin/soutiens/", "/annuaire/organisations/serin/soutiens.csv", "/integrer/fiche/serin/",
    "/integrer/liste/?q=serin", "/integrer/carte/?q=serin", "/oembed?url=http://localhost:8000/annuaire/organisations/serin/",
    "/annuaire.csv?q=serin", "/annuaire.xlsx?q=serin", "/annuaire.json?q=serin", "/annuaire.geojson?q=serin", "/annuaire.rss?q=serin",
    "/annuaire/besoins.json?q=serin", "/annuaire/besoins.csv?q=serin", "/annuaire/besoins.xlsx?q=serin", "/annuaire/besoins.geojson?q=serin", "/annuaire/besoins.rss?q=serin",
    "/annuaire/alliances.json?organisation=serin", "/recherche.json?q=serin", "/annuaire/catalyseurs/pudique/",
    "/annuaire/catalyseurs/pudique.json", "/integrer/fiche/pudique/", "/annuaire.json?q=pudique", "/annuaire.csv?q=pudique",
    "/annuaire.xlsx?q=pudique", "/annuaire/trouver/?besoin=pudique", "/recherche.json?q=pudique",
)  # fmt: skip


@pytest.fixture(scope="module")
def planted(django_db_setup, django_db_blocker) -> Iterator[tuple[World, dict[str, Any]]]:
    """A world where the canary is in everything that is not for everyone."""
    with django_db_blocker.unblock(), lasting():
        world = build()
        yield world, plant(world)


def words(response: Any) -> str:
    """The text of an answer; of my own data, of workbooks and of documents of words, what the archive holds; of a PDF,
    what is printed."""
    if response.status_code != 200:
        return body(response)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if response.headers.get("Content-Encoding") == "gzip":
        content = gzip.decompress(content)
    if content.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if "json" in response.headers.get("Content-Type", ""):  # « Discr\u00e8te » is « Discrète »
        return json.dumps(json.loads(content), ensure_ascii=False)
    if response.headers.get("Content-Type", "").startswith("image/jpeg"):  # a picture of my own: no words
        return ""
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        texts = [name for name in archive.namelist() if name.endswith((".json", ".xml", ".txt"))]
        assert texts, "an archive without a text would hide anything"
        return "\n".join(archive.read(name).decode() for name in texts)


def plant(world: World) -> dict[str, Any]:
    now, administrator = timezone.now(), world.people["administrator"]
    victim = MemberFactory(email="canari@exemple.fr", name="Victime")
    invite("invitee-canari@exemple.fr", Role.MEMBER, by=administrator, now=now)
    decision = DecisionFactory(title="canari décidé", reason="canari", by_id=administrator.pk, author_id=victim.pk)
    report = ReportFactory(title="canari signalé", text="canari", reporter=victim, reporter_email="r-canari@exemple.fr")
    notification = NotificationFactory(person=victim, title="canari notifié")
    mail = OutgoingMailFactory(to="m-canari@exemple.fr", subject="canari", text="canari", state="failed")
    job = JobFactory(started_by_id=victim.pk, label="canari")
    hidden = OrganisationFactory(slug="canari-cachee", name="canari cachée", is_hidden=True)
    MentionFactory(organisation=hidden, quote="canari", title="canari")
    OrganisationFactory(slug="canari-brouillon", name="canari réservée", visibility=Visibility.MEMBERS, is_hidden=True)
    photo = files.store(upload(picture(), "canari-photo.png"), by_id=victim.pk, purpose=PHOTO_PURPOSE, now=now)
    CatalystFactory(  # canari-discrete: seen by all, but for what she keeps to herself
        photo=photo, photo_visibility=Visibility.NOBODY, slug="discrete", name="Discrète", function="canari fonction", function_visibility=Visibility.NOBODY,
        presentation="canari présentation", presentation_visibility=Visibility.NOBODY, phone="canari 01",
        website="https://canari.exemple.fr", links_visibility=Visibility.NOBODY, email="canari-discrete@exemple.fr",
        latitude=45.123, longitude=4.321, place_precision="address", place_visibility=Visibility.NOBODY,
        territory=Territory.objects.filter(kind="commune").earliest("pk"), owner=MemberFactory(), draft_saved_at=now,
        draft={f"m{victim.pk}": {"data": {"name": ["canari brouillon"]}, "version": "0", "tab": "a", "at": now.isoformat()}},
    )  # fmt: skip
    add_item(NetworkList.objects.earliest("pk"), label="canari", text="canari", by=administrator, now=now)
    home = EditorialPage.objects.get(pk=HomePage.objects.earliest("pk").pk)
    home.add_child(instance=StandardPage(title="canari", slug="page-canari", live=False))
    asking = requests.Asking("canari demandé", None, "canari nommé", email="d-canari@exemple.fr", phone="06 canari")
    asked = requests.send(asking, [CatalystFactory(owner=victim)], by=victim, now=now)
    requests.answer(asked.recipients.get(), text="canari répondu", now=now)
    requests.add_word(asked, text="canari ajouté", now=now)
    lost = requests.send(asking, [], by=None, now=now)
    requests.reply(lost, text="canari animé", by=administrator, now=now)
    said = knowledge.say_outdated(
        OrganisationFactory(owner=victim), part="name", note="canari savoir", by=administrator, now=now
    )
    more = plant_needs_and_alliances(hidden, victim, administrator) + plant_resources() + plant_kept(victim)
    written, gestures = plant_threads(victim)
    inside, tended = grouped.plant(victim, now=now)
    held, kept = happening.plant(victim, now=now)
    filed, answered = hidden_files.plant_files(victim, now=now)
    planned, moved = hidden_plans.plant_plans(victim, now=now)
    allied, sealed = hidden_agreements.plant_agreements(victim, now=now)
    stood, compared = hidden_results.plant_results(victim, now=now)
    learnt, done = hidden_paths.plant_paths(victim, now=now)
    together, gathered = hidden_cohorts.plant_cohorts(victim, now=now)
    printed, settled = hidden_papers.plant_papers(victim, now=now)
    proved = hidden_deeds.plant_deeds(MemberFactory(name="Prudente"), now=now)
    voted, counted = balloted.plant_ballots(victim)
    plant_for_members()
    confided.Confided().tell()
    search.rebuild()
    return {
        "victim": victim,
        "addresses": [
            f"/notifications/{notification.pk}/", f"/travaux/{job.pk}/", f"/moderation/decisions/{decision.pk}/",
            f"/moderation/signalements/{report.pk}/", f"/compte/membres/{victim.pk}/", f"/notifications/envois/{mail.pk}/",
            f"/annuaire/demandes/a-orienter/{asked.pk}/", f"/annuaire/demandes/a-orienter/{lost.pk}/",
            f"/annuaire/demandes/{asked.token_digest}/", f"/annuaire/demandes/{asked.seed}/",
            f"/annuaire/demandes/recues/{asked.recipients.get().pk}/", f"/annuaire/inexactes/{said.pk}/",
            "/annuaire/catalyseurs/discrete/modifier/", "/annuaire/catalyseurs/discrete/apercu/?comme=vous",
            "/annuaire/catalyseurs/discrete/confier/", f"/fichiers/{photo.pk}/x.jpg",
            *more,
            *written,
            *inside,
            *held,
            *filed,
            *planned,
            *allied,
            *stood,
            *learnt,
            *together,
            *printed,
            *proved,
            *voted,
        ],
        "acts": [
            *gestures,
            *tended,
            *kept,
            *answered,
            *moved,
            *sealed,
            *compared,
            *done,
            *gathered,
            *settled,
            *counted,
            f"/annuaire/demandes/a-orienter/{asked.pk}/", f"/annuaire/demandes/a-orienter/{lost.pk}/",
            f"/notifications/{notification.pk}/lue/", f"/travaux/{job.pk}/annuler/", f"/notifications/envois/{mail.pk}/",
            f"/moderation/signalements/{report.pk}/", f"/moderation/decisions/{decision.pk}/",
            f"/compte/membres/{victim.pk}/",
        ],
    }  # fmt: skip


def plant_needs_and_alliances(hidden: Any, victim: Any, administrator: Any) -> list[str]:
    """Needs, alliances, letters, alerts, sites: what waits, what is hidden, addresses; the addresses of their pages."""
    now = timezone.now()
    seen = OrganisationFactory(name="Vue de tous", slug="vue-de-tous")
    masked = NeedFactory(title="canari masqué", is_hidden=True, entry=seen)
    of_hidden = NeedFactory(title="canari d’une cachée", entry=hidden)
    ended = NeedFactory(title="canari clos", state="closed", entry=seen)
    said = needs.Said("offre", "lieu", "canari en attente")
    waiting = needs.post_without_account(said, name="canari seul", email="b-canari@exemple.fr", now=now)
    shown = needs.post_without_account(
        needs.Said("offre", "lieu", "Une salle"), name="Zoé", email="s-canari@exemple.fr", now=now
    )
    needs.confirm_need(shown, now=now)
    declared = AllianceFactory(first=seen, subject="canari déclaré", state="declared")
    refused = AllianceFactory(first=seen, subject="canari refusé", state="refused")
    of_two = AllianceFactory(first=seen, second=hidden, subject="canari à deux")
    put_aside = AllianceFactory(first=seen, subject="canari signalé", is_hidden=True)
    alerts.ask_alert("besoins", "q=canari", email="a-canari@exemple.fr", now=now)
    EmbedHost.objects.create(host="canari.exemple.fr", note="canari intègre", asked_at=now)
    letter = letters.prepare(title="canari lettre", intro="canari mots", news=[], now=now)
    letters.confirm("l-canari@exemple.fr", now=now)
    CatalystFactory(
        name="canari moissonnée", slug="moissonnee", visibility=Visibility.NOBODY, phone="canari 02",
        source_code="source:1", external_id="canari",
    )  # fmt: skip
    return [
        *(f"/annuaire/besoins/{need.pk}-x/" for need in (masked, of_hidden, ended, waiting)),
        *(f"/annuaire/besoins/{need.pk}/modifier/" for need in (masked, of_hidden, ended, waiting, shown)),
        f"/annuaire/besoins/suivre/{waiting.seed}/", f"/annuaire/besoins/suivre/{waiting.token_digest}/",
        *(f"/annuaire/alliances/{each.pk}/" for each in (declared, refused, of_two, put_aside)),
        *(f"/annuaire/alliances/{each.pk}/modifier/" for each in (declared, refused, of_two, put_aside)),
        *(f"/integrer/alliance/{each.pk}/" for each in (declared, refused, of_two, put_aside)),
        letter.get_absolute_url(), "/annuaire/catalyseurs/moissonnee/",
    ]  # fmt: skip


def plant_kept(victim: Any) -> list[str]:
    """A run, collections, what was recommended: names, notes and words that their people alone read."""
    now = timezone.now()
    steps = [{"key": "un", "title": "Se réunir", "minutes": 30, "role": "hôte", "text": "Un cercle."}]
    kit = published(kind="kit", title="Un kit pour tous", sections={}, kit_items=steps)
    run = kits.launch(kit, kits.Said("canari lancé"), sent="", by=victim, now=now)
    kits.write_notes(run, {"un": kits.Typed("canari noté", kits.mark(""))}, by=victim, now=now)
    made = {}
    for name, sharing in (("canari à moi", "private"), ("canari par lien", "link"), ("Lue par tous", "public")):
        made[sharing] = collections.create(collections.Named(name), by=victim, now=now)
        item = collections.keep(kit, collection=made[sharing], by=victim, now=now)
        collections.write_notes(
            made[sharing], {item.pk: kits.Typed("canari pour moi", kits.mark(""))}, by=victim, now=now
        )
        collections.share(made[sharing], sharing, by=victim, now=now)
    receipts = [
        recommendations.recommend(
            [kit], to=recommendations.To(address=address), note="canari en un mot", sent=address, by=victim, now=now
        ).receipts.get()
        for address in (MemberFactory().email, "r-canari@exemple.fr")
    ]
    return [
        *(f"/ressources/kits-lances/{run.pk}{page}" for page in ("/", "/reglages/", ".pdf", ".docx", ".odt")),
        *(f"/ressources/mes-collections/{each.pk}{page}" for each in made.values() for page in ("/", "/reglages/", ".csv", ".json")),
        *(f"/ressources/collections/{each.pk}{page}{OPEN if each == made['public'] else ''}" for each in made.values() for page in ("-x/", "-x.csv", "-x.json", "/emporter/", "/archive.zip")),
        f"/ressources/collections/{made['public'].pk}-lue-par-tous/{OPEN}", f"/ressources/collections/{OPEN}",
        *(f"/ressources/collections/lien/{made['link'].seed}/{page}" for page in ("", "emporter/", "archive.zip")),
        *(f"/ressources/collections/lien/{made['link'].token_digest}{page}" for page in ("/", ".csv", ".json")),
        *(f"/ressources/recommandations/{each.pk}/" for each in receipts),
        *(f"/ressources/recommandations/lien/{each.seed}/" for each in receipts),
        f"/ressources/recommander/?collection={made['private'].pk}{OPEN}",
        f"/ressources/{kit.pk}-un-kit-pour-tous/{OPEN}", f"/ressources/{kit.pk}-un-kit-pour-tous/kit.zip{OPEN}",
    ]  # fmt: skip


def plant_threads(victim: Any) -> tuple[list[str], list[str]]:
    """What a group writes to itself, with its drafts, its files, what it said before; the addresses of its pages, of its acts."""
    now = timezone.now()
    others = [MemberFactory(name="canari lectrice") for _three in range(3)]
    group = group_of(*others, facilitator=victim, name="Un groupe", text="Ouvert à qui veut.")
    said = threads.Opening(Said("canari dit", (), [upload(PDF, "canari-joint.pdf")]), title="canari titré", kind="help")
    opening = threads.open_thread(group, said, by=victim, now=now).message
    messages.change(opening, Said("canari redit"), was=messages.mark("canari dit"), by=victim, now=now)
    messages.reply(opening.thread, Said("canari @canari lectrice", [victim.pk]), by=others[0], now=now)
    threads.open_thread(group, threads.Opening(Said("canari tu"), is_pseudonymous=True), by=others[1], now=now)
    threads.keep_draft(Place(group), {"text": ["canari tapé"]}, mark=Mark("", "a"), by=victim, now=now)
    messages.flag(opening, by=others[2], now=now)
    base = f"/codev/groupes/{group.pk}"
    pages = (
        f"/messages/{opening.pk}/modifier/",
        f"/messages/{opening.pk}/versions/",
        f"/messages/{opening.pk}/retirer/",
    )
    acts = (f"/messages/{opening.pk}/geste/", f"/messages/{opening.pk}/brouillon/", "/echanges/brouillon/")
    return (
        [
            *(f"{base}/echanges/{page}" for page in ("", "?q=dit", "nouveau/", "courriels/", f"{opening.thread_id}/")),
            *(f"{base}{page}" for page in pages), f"/fichiers/{opening.files.get().file_id}/x.pdf",
            f"{group.get_absolute_url()}{OPEN}",
        ],
        [f"{base}{page}" for page in (*acts, f"/echanges/{opening.thread_id}/", f"/echanges/{opening.thread_id}/geste/")],
    )  # fmt: skip


def plant_resources() -> list[str]:
    """Texts on their way, what is said of them and by whom, what hides its place, what is hidden or withdrawn."""
    now = timezone.now()
    author, reader = MemberFactory(name="canari autrice"), MemberFactory(name="canari relit", role=Role.FACILITATOR)
    text = {"title": "canari titre", "summary": "canari résumé", "sections": {"contexte": "canari texte"}}
    followed = published(by=author, now=now, title="Une ressource suivie")
    proposal = proposals.open_proposal(followed, by=author, now=now)
    proposals.write(proposal, proposal.content | text, token=proposal.token, by=author, now=now, note="canari note")
    proposals.submit(proposal, by=author, now=now)
    reviews.take(proposal, by=reader, now=now)
    remark = reviews.remark(proposal, part="title", text="canari remarque", by=reader, now=now)
    reviews.ask_changes(proposal, by=reader, now=now, note="canari message")
    reviews.answer(remark, text="canari réponse", by=author, now=now)
    first = proposals.submit(proposed(by=author, now=now, **text), by=author, now=now)
    draft = proposed(by=author, now=now, **text)
    wanted = helps.ask_help(first.resource, kind="relecture", text="Relire un texte", by=author, now=now)
    doubt = renewal.say_doubt(followed, text="canari doute", by=author, now=now)
    asked = reuse.suggest(followed, "canari proposition", by=MemberFactory(name="canari lectrice"), now=now)
    reuse.answer_suggestion(asked, "declined", answer="canari refus", by=author, now=now)
    begun = translations.begin(followed, "en", by=author, now=now)
    translations.write(begun, text, credit="canari crédit", version=1, token=begun.token, by=author, now=now)
    reuse.tell_adaptation(followed, reuse.Told("Plus court"), sent="canari", by=author, now=now, begins_own=True)
    hidden, gone = (published(by=author, now=now, **text) for _twice in range(2))
    resources.hide(hidden, by=None, now=now)
    resources.withdraw(gone, by=None, now=now)
    published(
        by=author, now=now, title="Un échec raconté", hides_place=True, authors=[{"name": "canari auteur"}],
        source="canari source",
    )  # fmt: skip
    paths = [f"/ressources/relecture/{each.pk}/" for each in (proposal, first)]
    return [
        *paths, *(f"{path}changements/" for path in paths), f"/ressources/plus-exact/{doubt.pk}/",
        f"/ressources/retours/{asked.pk}/", f"/ressources/{followed.pk}/lignee/{OPEN}", f"{followed.get_absolute_url()}?langue=en{OPEN}",
        *(f"/ressources/{followed.pk}/traduire/{page}" for page in (OPEN, "en/", "en/relire/")),
        f"/ressources/coups-de-main/{wanted.pk}/{OPEN}", f"/ressources/{followed.pk}/tenir-a-jour/",
        *(f"/ressources/{each.pk}-x/{page}" for each in (hidden, gone, first.resource, draft.resource) for page in ("", "versions/", "comparer/", "versions/1/")),
        *(f"/ressources/{each.pk}/{page}/" for each in (hidden, gone, first.resource, draft.resource) for page in ("plus-exact", "tenir-a-jour", "coups-de-main", "modifier")),
        f"{followed.get_absolute_url()}versions/{OPEN}", f"{followed.get_absolute_url()}comparer/{OPEN}",
    ]  # fmt: skip


def plant_for_members() -> None:
    """What members read of entries, and visitors do not."""
    apart = OrganisationFactory(name="serin", slug="serin", visibility=Visibility.MEMBERS)
    seen = OrganisationFactory(name="Vue aussi")
    NeedFactory(title="serin cherche", entry=apart)
    AllianceFactory(first=apart, second=seen, subject="serin allié")
    person = CatalystFactory(
        name="Pudique", slug="pudique", function="serin fonction", function_visibility=Visibility.MEMBERS,
        presentation="serin présentation", presentation_visibility=Visibility.MEMBERS, phone="0600serin",
        phone_visibility=Visibility.MEMBERS, website="https://serin.exemple.fr", links_visibility=Visibility.MEMBERS,
        memberships_visibility=Visibility.MEMBERS,
    )  # fmt: skip
    MembershipFactory(person=person, group=apart, role="serin rôle")
    MembershipFactory(person=person, group=seen, role="serin rôle")


@pytest.mark.parametrize("role", [VISITOR, "member", "facilitator"])
def test_what_a_person_keeps_to_herself_is_on_none_of_her_pages(planted, role: str, db):
    """She is found by her name, on pages that answer: without that, this would see nothing whatever happens."""
    world, _made = planted
    client = world.client(role)
    photo = str(Entry.objects.get(slug="discrete").photo_id)
    for path in HER_PAGES:
        response = client.get(path)
        assert response.status_code == 200, path
        text = words(response)
        assert "Discrète" in text or path.startswith("/integrer/carte/"), path
        for kept in KEPT:
            assert kept not in text, f"{role} reads {kept} at {path}"
        assert not POINT.search(text), f"{role} reads where she is at {path}"
        assert photo not in text, f"{role} is given her photo at {path}"


@pytest.mark.parametrize("role", [VISITOR, "member"])
def test_what_is_hidden_finds_nothing(planted, role: str, db):
    world, _made = planted
    client = world.client(role)
    for path in ("/annuaire.json?q=canari", "/annuaire.json?q=canari+fonction", "/annuaire/besoins.json?q=canari",
                 "/recherche.json?q=canari"):  # fmt: skip
        found = json.loads(words(client.get(path)))
        assert found.get("count", len(found.get("results", ()))) == 0, f"{path}: {found}"


def test_a_visitor_reads_nothing_that_is_for_members(planted, db):
    world, _made = planted
    client = world.client(VISITOR)
    for path in [*(page.path.format(**world.ids) for page in PAGES if page.kind != "act"), *FOR_MEMBERS]:
        text = words(client.get(path))
        for asked in ("q=serin", "besoin=serin", "organisation=serin", "organisations/serin/", "fiche/serin/"):
            text = text.replace(asked, "")  # what was asked is repeated by the page
        for said in (
            "serin cherche",
            "serin allié",
            "serin fonction",
            "serin présentation",
            "0600serin",
            "serin rôle",
            "serin.exemple.fr",
            ">serin<",
            '"serin"',
        ):
            assert said not in text, f"{said} at {path}"


def test_a_member_reads_it(planted, db):
    """Otherwise the test above would see nothing whatever happens."""
    world, _made = planted
    client = world.client("member")
    assert "serin allié" in client.get("/annuaire/organisations/serin/").text
    assert "serin présentation" in client.get("/annuaire/catalyseurs/pudique/").text


@pytest.mark.parametrize(
    "role",
    [pytest.param(VISITOR, marks=pytest.mark.either), "member", pytest.param("facilitator", marks=pytest.mark.either)],
)
def test_nobody_else_sees_what_is_not_for_them(planted, role: str, caplog, monkeypatch, db):
    world, made = planted
    client = world.client(role)
    # It says the name of each variable that a page leaves empty, with a trace: never a text, and half of the time.
    monkeypatch.setattr(logging.getLogger("django.template"), "disabled", True)
    with caplog.at_level(logging.DEBUG):
        for path in [*(page.path.format(**world.ids) for page in PAGES if page.kind != "act"), *made["addresses"]]:
            if role == Role.FACILITATOR and FOR_REVIEWERS.match(path):
                continue
            text = words(client.get(path))
            assert CANARY not in text, f"{role} reads it at {path}"
            assert confided.MARKER not in text, f"{role} reads a session at {path}"
        for path in WIDER:
            # What was asked is repeated by the page: only what was planted counts.
            text = words(client.get(path))
            for planted_text in (
                "canari cachée",
                "canari réservée",
                "canari@",
                "canari décidé",
                "canari notifié",
                "canari demandé",
                "canari répondu",
                "canari ajouté",
                "canari masqué",
                "canari d’une",
                "canari clos",
                "canari en attente",
                "canari seul",
                "canari à deux",
                "canari refusé",
                "canari intègre",
                "canari lettre",
                "canari moissonnée",
                "canari 02",
                "canari titre",
                "canari résumé",
                "canari auteur",
                "canari source",
                "canari relit",
                "canari dit",
                "canari titré",
                "canari tapé",
                "canari tu",
                "canari en préparation",
                "canari jour",
                "canari inscrite",
                "canari besoin",
                "canari contribution",
                "canari compte rendu",
                "canari panneau",
                *KEPT,
            ):
                assert planted_text not in text, f"{role} reads {planted_text} at {path}"
            assert not POINT.search(text), f"{role} reads where she is at {path}"
    assert "@exemple.fr" not in "".join(row.getMessage() for row in caplog.records if row.name != "django.db.backends")


@pytest.mark.parametrize("role", [VISITOR, "member", "facilitator"])
def test_nobody_else_touches_what_is_not_theirs(planted, role: str, db):
    world, made = planted
    client = world.client(role)
    for path in made["addresses"]:
        if path.endswith(OPEN) or (role == Role.FACILITATOR and FOR_REVIEWERS.match(path)):
            continue
        response = client.get(path)
        sent_to_sign_in = response.headers.get("Location", "").startswith("/compte/connexion/")
        assert response.status_code in {403, 404, 405} or sent_to_sign_in, f"{role} {path} {response.status_code}"
    for path in made["acts"]:
        response = client.post(path, {"act": "dismiss", "reason": "x", "role": "administrator", "acte": "renvoyer"})
        sent_to_sign_in = response.headers.get("Location", "").startswith("/compte/connexion/")
        assert response.status_code in {403, 404, 405} or sent_to_sign_in, f"{role} {path} {response.status_code}"
    made["victim"].refresh_from_db()
    assert made["victim"].role == Role.MEMBER


def test_an_animator_who_watches_mails_and_reports_sees_no_address_of_a_member(planted, db):
    world, made = planted
    client = world.client("animator")
    for path in ("/notifications/envois/", "/moderation/", "/moderation/signalements/", "/moderation/journal/",
                 "/moderation/journal.csv", "/travaux/", "/annuaire.json", made["addresses"][3]):  # fmt: skip
        text = body(client.get(path))
        for address in ("canari@exemple.fr", "m-canari@", "r-canari@"):
            assert address not in text, f"{address} at {path}"


@pytest.mark.either
def test_who_administers_reads_no_session(planted, db):
    world, _made = planted
    client = world.client(Role.ADMINISTRATOR)
    for page in PAGES:
        if page.kind != "act":
            text = words(client.get(page.path.format(**world.ids)))
            assert confided.MARKER not in text, page.path


def views(resolver: URLResolver) -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from views(entry)
        elif isinstance(entry, URLPattern):
            yield str(entry.pattern), entry.callback


def test_only_the_link_of_a_mail_acts_without_the_token_of_a_form():
    """The CMS' own API checks the token when it reads the session (REST framework's SessionAuthentication)."""
    exempt = [
        pattern
        for pattern, view in views(get_resolver())
        if getattr(view, "csrf_exempt", False) and not view.__module__.startswith("wagtail.")
    ]
    # Programs ask the second with POST, and it writes nothing.
    assert sorted(exempt) == ["desinscription/<str:token>/", "oai"]


@pytest.mark.parametrize(
    "path",
    ["/%2Fgestion/", "/GESTION/", "/gestion//", "/./gestion/", "/%67estion/", "/gestion%2f", "/gestion/..%2f", "/x/../gestion/",
     "/moderation//", "/MODERATION/", "/imports;/", "/gestion/%2e%2e/gestion/", "/gestion\\"],
)  # fmt: skip
def test_no_way_of_writing_an_address_goes_around_the_second_factor(planted, path: str, db):
    world, _made = planted
    client = world.client(VISITOR)
    client.force_login(world.people["administrator"], proved=False)
    response = client.get(path)
    assert response.status_code in {301, 302, 404}
    if response.status_code == 302:
        assert response["Location"].startswith("/compte/deuxieme-preuve/demandee/")
    for override in ("PUT", "DELETE"):
        response = client.post("/gestion/", headers={"X-HTTP-Method-Override": override})
        assert response["Location"].startswith("/compte/deuxieme-preuve/demandee/")


def test_signing_in_changes_the_number_of_the_session(planted, db):
    world, _made = planted
    client = world.client(VISITOR)
    session = client.session
    session["mark"] = 1
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    client.post("/demo/devenir/", {"persona": ""})
    client.force_login(world.people["member"])
    assert client.session.session_key != before
