"""A small world for the page table: a few real territories, the network's words, its organisations, its pages, its people."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from typing import Any
from uuid import uuid4

from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from alliage.accounts.enums import Role
from alliage.accounts.models import Member
from alliage.accounts.services.invitations import invite
from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.agreements.tests import world_agreements
from alliage.codev.tests import asked as helped
from alliage.codev.tests import composing_factories, grouped, sessioned, written
from alliage.directory import secret_links
from alliage.directory.models import Entry
from alliage.directory.services import alerts, needs, requests
from alliage.directory.tests import fresh
from alliage.directory.tests.factories import AllianceFactory, NeedFactory
from alliage.events.tests import happening
from alliage.jobs.tests.factories import JobFactory
from alliage.learning.tests import teaching
from alliage.library.previews import token_of
from alliage.library.services import previews
from alliage.library.tests import exchanged, kept, reused, reviewed
from alliage.library.tests.factories import proposed, published
from alliage.notifications.tests.factories import NotificationFactory, OutgoingMailFactory
from alliage.questionnaires.tests import consulted
from alliage.rooms.tests import sheeted, staged
from alliage.taxonomy.models import NetworkList
from alliage.territories.enums import Kind
from alliage.territories.tests.factories import TerritoryFactory
from alliage.writing.tests import essays

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
VISITOR = "visitor"
ROLES = (VISITOR, *Role.values)


@dataclass
class World:
    """People by role, and what the addresses of the table need."""

    people: dict[str, Member]
    ids: dict[str, Any]

    def client(self, role: str) -> Client:
        """A browser signed in as someone of this role, with the proof that the role asks for."""
        client = MemberClient()
        if role != VISITOR:
            client.force_login(self.people[role])
        return client


def territories() -> None:
    """Saint-Étienne and what contains it, La Réunion, Nouvelle-Calédonie, an EPT, two communes with one name."""
    region = TerritoryFactory(kind=Kind.REGION, code="84", name="Auvergne-Rhône-Alpes", population=8_100_000)
    departement = TerritoryFactory(kind=Kind.DEPARTEMENT, code="42", name="Loire", region=region, population=768_000)
    epci = TerritoryFactory(
        kind=Kind.EPCI,
        code="244200770",
        name="Saint-Étienne Métropole",
        nature="METRO",
        region=region,
        departement=departement,
        population=409_000,
    )
    TerritoryFactory(
        kind=Kind.COMMUNE, code="42218", name="Saint-Étienne", postal_codes="42000 42100 42230", population=173_000, epci=epci,
        departement=departement, region=region, latitude=45.43, longitude=4.39, precision="exact",
    )  # fmt: skip
    reunion = TerritoryFactory(kind=Kind.REGION, code="04", name="La Réunion", population=880_000)
    dep974 = TerritoryFactory(kind=Kind.DEPARTEMENT, code="974", name="La Réunion", region=reunion, population=880_000)
    TerritoryFactory(
        kind=Kind.COMMUNE, code="97411", name="Saint-Denis", postal_codes="97400", population=154_000, departement=dep974,
        region=reunion, latitude=-20.88, longitude=55.45, precision="exact",
    )  # fmt: skip
    TerritoryFactory(
        kind=Kind.COM,
        code="988",
        name="Nouvelle-Calédonie",
        population=271_000,
        latitude=-22.27,
        longitude=166.44,
        precision="exact",
    )
    TerritoryFactory(kind=Kind.EPT, code="200057941", name="Paris Est Marne & Bois", population=515_000)


@contextmanager
def lasting() -> Iterator[None]:
    """A world that several tests share and that is undone at the end; for the code it is as if it had been committed."""
    with transaction.atomic():
        transaction.get_connection().atomic_blocks[-1]._from_testcase = True
        yield
        transaction.set_rollback(True)


def build() -> World:
    """Make the world in the current database."""
    territories()
    for command in ("load_taxonomy", "set_up_roles", "load_organisations", "set_up_website", "reindex"):
        call_command(command, stdout=StringIO(), stderr=StringIO())
    people = {role: MemberFactory(role=role, name=f"Personne {role}") for role in Role.values}
    invitation, _token = invite("quelquun@exemple.fr", Role.MEMBER, by=people[Role.ADMINISTRATOR], now=NOW)
    asking = requests.Asking("Ouvrir un tiers-lieu.", None, "Jeanne Apatou", email="jeanne@exemple.fr")
    asked = requests.send(asking, [], by=None, now=timezone.now())
    offer = needs.Said("offre", "lieu", "Une salle le samedi")
    posted = needs.post_without_account(offer, name="Jeanne Apatou", email="jeanne@exemple.fr", now=timezone.now())
    draft = proposed(by=people[Role.MEMBER])
    link = previews.make(draft, label="", days=30, sent="", by=people[Role.MEMBER], now=timezone.now())
    alert = alerts.ask_alert("besoins", "", email="jeanne@exemple.fr", now=timezone.now())
    return World(
        people=people,
        ids={
            "request": asked.pk,
            "request_secret": secret_links.secret_from(asked.seed),
            "organisation": Entry.objects.earliest("pk").slug,
            "need": NeedFactory(title="Un local pour un atelier").pk,
            "resource": published().pk,
            "draft": draft.resource_id,
            "preview": token_of(link.seed),
            "need_secret": secret_links.secret_from(posted.seed),
            "alert_secret": secret_links.secret_from(alert.seed),
            "alliance": AllianceFactory(subject="Un atelier partagé").pk,
            "list": NetworkList.objects.earliest("pk").code,
            "member": people[Role.MEMBER].pk,
            "notification": NotificationFactory(person=people[Role.MEMBER]).pk,
            "mail": OutgoingMailFactory(state="failed").pk,
            "job": JobFactory(started_by_id=people[Role.MEMBER].pk).pk,
            "invitation": invitation.pk,
            "run": uuid4(),
            **reviewed.ids(people[Role.MEMBER], now=NOW),
            **reused.ids(people[Role.MEMBER], now=NOW),
            **kept.ids(people[Role.MEMBER], now=NOW),
            **fresh.ids(NOW),
            **exchanged.ids(now=NOW),
            **essays.ids(people[Role.MEMBER]),
            **helped.ids(people[Role.MEMBER], now=NOW),
            **staged.ids(people[Role.MEMBER], now=NOW),
            **sheeted.ids(people[Role.MEMBER], now=NOW),
            **consulted.ids(people[Role.MEMBER]),
            **composing_factories.ids(people[Role.MEMBER], now=timezone.now()),
            **grouped.ids(people[Role.MEMBER], people[Role.FACILITATOR], now=timezone.now()),
            **sessioned.ids(people[Role.MEMBER], people[Role.FACILITATOR], now=timezone.now()),
            **written.ids(people[Role.MEMBER], people[Role.FACILITATOR], now=NOW),
            **happening.ids(people[Role.MEMBER], now=NOW),
            **teaching.ids(people[Role.MEMBER], now=NOW),
            **world_agreements.ids(MemberFactory(), now=NOW),
        },
    )
