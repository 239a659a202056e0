"""The programme of an event: temps, then sequences, then items; who speaks there, who is a partner, who holds a sequence."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliage.directory.models import Entry
from alliage.events.enums import ItemKind, Part, PartnerKind, SequenceKind, Standing, StewardRole
from alliage.events.models.events import Event
from alliage.library.models import Resource
from alliage.rooms.models import Room
from alliage.taxonomy.models import Term


class Temps(models.Model):
    """A part of a day. Its hours and `announced` are what was announced, even when its sequences say otherwise."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="temps", verbose_name=_("événement"))
    rank = models.PositiveSmallIntegerField(_("rang"))
    title = models.CharField(_("titre"), max_length=200)
    announced = models.CharField(_("ce qui est annoncé"), max_length=300, blank=True)
    text = models.TextField(_("présentation"), blank=True)
    note = models.TextField(_("ce que la source laisse en suspens"), blank=True)
    starts_at = models.DateTimeField(_("début annoncé"))
    ends_at = models.DateTimeField(_("fin annoncée"))

    class Meta:
        verbose_name = _("temps")
        verbose_name_plural = _("temps")
        ordering = ["event", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["event", "rank"], name="temps_rank_unique"),
            models.CheckConstraint(condition=~Q(title=""), name="temps_has_a_title"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="temps_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return self.title


class Sequence(models.Model):
    """What one registers to. Workshops held side by side are sequences whose `parent` is the one that gathers them.

    `number` is the one that the programme gives, if it gives one. `mirror_of`: the same workshop at another hour (« séance miroir »),
    which feeds the same board. `capacity` None: no limit. `seat_count` is moved under the lock of this row, with the seats it counts;
    `waiting_last` numbers those who wait. `track` is the place or the virtual room where it happens; `room`, the room of the engine.
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="sequences", verbose_name=_("événement"))
    temps = models.ForeignKey(
        Temps, models.SET_NULL, null=True, blank=True, related_name="sequences", verbose_name=_("temps")
    )
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children", verbose_name=_("fait partie de")
    )
    mirror_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="mirrors", verbose_name=_("séance miroir de")
    )
    kind = models.CharField(_("nature"), max_length=12, choices=SequenceKind.choices, default=SequenceKind.PLENARY)
    rank = models.PositiveSmallIntegerField(_("rang"))
    number = models.PositiveSmallIntegerField(_("numéro"), null=True, blank=True)
    title = models.CharField(_("titre"), max_length=200)
    text = models.TextField(_("présentation"), blank=True)
    note = models.TextField(_("ce que la source laisse en suspens"), blank=True)
    starts_at = models.DateTimeField(_("début"))
    ends_at = models.DateTimeField(_("fin"))
    track = models.CharField(_("salle"), max_length=80, blank=True)
    levers = models.ManyToManyField(Term, blank=True, related_name="sequences", verbose_name=_("leviers"))
    join_url = models.URLField(_("lien de visioconférence"), max_length=500, blank=True)
    phone = models.CharField(_("numéro de téléphone de la réunion"), max_length=60, blank=True)
    room = models.ForeignKey(
        Room, models.SET_NULL, null=True, blank=True, related_name="sequences", verbose_name=_("salle en direct")
    )
    takes_registrations = models.BooleanField(_("on s’y inscrit"), default=True)
    capacity = models.PositiveIntegerField(_("nombre de places"), null=True, blank=True)
    seat_count = models.PositiveIntegerField(_("places prises"), default=0)
    waiting_last = models.PositiveIntegerField(_("dernier numéro de la liste d’attente"), default=0)
    change = models.PositiveIntegerField(_("numéro de changement"), default=0)
    is_cancelled = models.BooleanField(_("annulée"), default=False)

    class Meta:
        verbose_name = _("séquence")
        verbose_name_plural = _("séquences")
        ordering = ["event", "starts_at", "rank"]
        indexes = [models.Index(fields=["starts_at"], name="sequence_soon")]
        constraints = [
            models.UniqueConstraint(fields=["event", "rank"], name="sequence_rank_unique"),
            models.CheckConstraint(condition=~Q(title=""), name="sequence_has_a_title"),
            models.CheckConstraint(condition=Q(kind__in=SequenceKind.values), name="sequence_kind_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="sequence_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(seat_count__lte=F("capacity")), name="sequence_never_over_full"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("events:sequence", args=[self.event.slug, self.pk])


class Item(models.Model):
    """A content of a sequence. A « pastille » is a resource of the library, shown there."""

    sequence = models.ForeignKey(Sequence, models.CASCADE, related_name="items", verbose_name=_("séquence"))
    rank = models.PositiveSmallIntegerField(_("rang"))
    kind = models.CharField(_("nature"), max_length=12, choices=ItemKind.choices)
    title = models.CharField(_("titre"), max_length=300, blank=True)
    text = models.TextField(_("texte"), blank=True)
    minutes = models.PositiveSmallIntegerField(_("durée en minutes"), null=True, blank=True)
    resource = models.ForeignKey(
        Resource, models.SET_NULL, null=True, blank=True, related_name="items", verbose_name=_("ressource")
    )

    class Meta:
        verbose_name = _("contenu de séquence")
        verbose_name_plural = _("contenus de séquence")
        ordering = ["sequence", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["sequence", "rank"], name="item_rank_unique"),
            models.CheckConstraint(condition=Q(kind__in=ItemKind.values), name="item_kind_known"),
        ]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()


class Speaker(models.Model):
    """A person, or an organisation that sends whom it wants, who takes part in an event. `email` is never shown."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="speakers", verbose_name=_("événement"))
    name = models.CharField(_("nom"), max_length=200)
    role = models.CharField(_("fonction"), max_length=200, blank=True)
    organisation = models.ForeignKey(
        Entry, models.SET_NULL, null=True, blank=True, related_name="speakers", verbose_name=_("organisation")
    )
    is_organisation = models.BooleanField(_("organisation, sans personne nommée"), default=False)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("membre")
    )
    email = models.EmailField(_("adresse électronique"), blank=True)

    class Meta:
        verbose_name = _("intervenant")
        verbose_name_plural = _("intervenants")
        ordering = ["event", "name", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="speaker_has_a_name")]

    def __str__(self) -> str:
        return self.name


class Appearance(models.Model):
    """What a speaker does in an item, and whether they come for sure."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="appearances", verbose_name=_("contenu"))
    speaker = models.ForeignKey(Speaker, models.CASCADE, related_name="appearances", verbose_name=_("intervenant"))
    part = models.CharField(_("rôle"), max_length=10, choices=Part.choices, default=Part.SPEAKS)
    standing = models.CharField(_("présence"), max_length=10, choices=Standing.choices, default=Standing.EXPECTED)
    rank = models.PositiveSmallIntegerField(_("rang"), default=0)

    class Meta:
        verbose_name = _("intervention")
        verbose_name_plural = _("interventions")
        ordering = ["item", "rank", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "speaker", "part"], name="appearance_once"),
            models.CheckConstraint(condition=Q(part__in=Part.values), name="appearance_part_known"),
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="appearance_standing_known"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Partner(models.Model):
    """An organisation beside the day, one of its temps or one of its sequences (exactly one). `name` is what the programme writes."""

    event = models.ForeignKey(
        Event, models.CASCADE, null=True, blank=True, related_name="partners", verbose_name=_("événement")
    )
    temps = models.ForeignKey(
        Temps, models.CASCADE, null=True, blank=True, related_name="partners", verbose_name=_("temps")
    )
    sequence = models.ForeignKey(
        Sequence, models.CASCADE, null=True, blank=True, related_name="partners", verbose_name=_("séquence")
    )
    kind = models.CharField(_("titre"), max_length=10, choices=PartnerKind.choices, default=PartnerKind.PARTNER)
    name = models.CharField(_("nom"), max_length=200)
    organisation = models.ForeignKey(
        Entry, models.SET_NULL, null=True, blank=True, related_name="partnerships", verbose_name=_("organisation")
    )
    rank = models.PositiveSmallIntegerField(_("rang"), default=0)

    class Meta:
        verbose_name = _("partenaire")
        verbose_name_plural = _("partenaires")
        ordering = ["rank", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="partner_has_a_name"),
            models.CheckConstraint(condition=Q(kind__in=PartnerKind.values), name="partner_kind_known"),
            models.CheckConstraint(
                condition=Q(event__isnull=False, temps__isnull=True, sequence__isnull=True)
                | Q(event__isnull=True, temps__isnull=False, sequence__isnull=True)
                | Q(event__isnull=True, temps__isnull=True, sequence__isnull=False),
                name="partner_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Steward(models.Model):
    """A member who holds a sequence: facilitation, moderation, report."""

    sequence = models.ForeignKey(Sequence, models.CASCADE, related_name="stewards", verbose_name=_("séquence"))
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="stewardships", verbose_name=_("membre")
    )
    role = models.CharField(_("rôle"), max_length=12, choices=StewardRole.choices)

    class Meta:
        verbose_name = _("personne qui tient une séquence")
        verbose_name_plural = _("personnes qui tiennent une séquence")
        constraints = [
            models.UniqueConstraint(fields=["sequence", "member", "role"], name="steward_once"),
            models.CheckConstraint(condition=Q(role__in=StewardRole.values), name="steward_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
