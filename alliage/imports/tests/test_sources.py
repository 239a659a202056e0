"""Outside directories: tried, imported, read again, withdrawn, forgotten when too old."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from alliage.files.models import StoredFile
from alliage.imports import permissions, queries, services
from alliage.imports.engine import Report
from alliage.imports.enums import SourceState, State
from alliage.imports.models import Change, ImportRun, Source
from alliage.imports.registry import ImportKind, kinds
from alliage.imports.services import ImportRefused, background, sources
from alliage.imports.tests.factories import GROUPS, HARVEST, RICH, RICH_COLUMNS, importer, make_rich_apply, site
from alliage.jobs.context import JobContext, JobInterrupted
from alliage.jobs.enums import State as JobState
from alliage.jobs.fetch import FetchRefused, fetcher
from alliage.jobs.tests.factories import JobFactory, registered, someone

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
EAU, AIR, FEU = ({"id": f"a{rank}", "nom": name} for rank, name in enumerate(("Eau", "Air", "Feu")))


@pytest.fixture(autouse=True)
def _here(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.FETCH_LOCAL = True
    with registered(kinds, GROUPS, RICH):
        yield


@pytest.fixture
def by():
    return importer()


@pytest.fixture
def other():
    with site() as served:
        yield served


def followed(other, by, **changes):
    values = {
        "name": "Transiscope",
        "url": other.url,
        "every_hours": 24,
        "licence": "ODbL",
        "attribution": "",
        "contact": "",
        "is_personal": False,
    }
    return services.follow_source({**values, **changes}, kind=RICH, by=by, now=NOW)


def tried(source, by):
    source = services.read_source(source, writes=False, by=by, now=NOW)
    run = source.runs.get(state=State.UPLOADED)
    return services.try_out(run, mapping=run.mapping, by=by, now=NOW)


def taken(other, by, *records, **changes):
    """A source imported for the first time."""
    other.publish(*records)
    source = followed(other, by, **changes)
    services.write(tried(source, by), skip_refused=True, by=by, now=NOW)
    source.refresh_from_db()
    return source


def read(source, by=None):
    source = services.read_source(source, writes=True, by=by, now=NOW)
    source.refresh_from_db()
    return source


def names():
    return {name.split("/")[-1] for name in Group.objects.values_list("name", flat=True)} - {"Editors", "Moderators"}


def test_a_source_is_tried_before_anything_is_written(other, by):
    other.publish(EAU, AIR)
    source = followed(other, by)
    assert str(source) == "Transiscope"
    with pytest.raises(ImportRefused, match="Essayez d’abord"):
        services.read_source(source, writes=True, by=by, now=NOW)
    run = tried(source, by)
    source.refresh_from_db()
    assert (run.state, source.state, names()) == (State.TRIED, SourceState.NEW, set())
    assert run.columns == ["id", "nom"]
    services.write(run, skip_refused=False, by=by, now=NOW)
    source.refresh_from_db()
    assert (source.state, source.record_count, names()) == (SourceState.WELL, 2, {"Eau", "Air"})
    assert source.mapping == {"id": "id", "name": "nom"}
    assert source.next_at is not None
    assert source.refreshed_at is not None


def test_new_changed_and_gone_records_follow_the_source(other, by):
    source = taken(other, by, EAU, AIR)
    other.publish(EAU, {**AIR, "id": "a1", "nom": "Vent"}, FEU)
    read(source)
    assert names() == {"Eau", "Vent", "Feu"}
    other.publish(FEU)
    source = read(source)
    assert names() == {"Feu"}
    run = source.runs.order_by("-created_at").first()
    assert Report.from_json(run.report).withdrawn == 2
    assert run.started_by_id is None
    assert source.record_count == 1


def test_what_an_import_of_a_source_withdrew_comes_back_when_it_is_undone(other, by):
    source = taken(other, by, EAU, AIR)
    other.publish(EAU)
    read(source)
    run = source.runs.order_by("-created_at").first()
    services.undo(run, by=by, now=NOW)
    assert names() == {"Eau", "Air"}


@pytest.mark.parametrize("announced", ["etag", "last_modified", ""])
def test_an_unchanged_source_is_not_imported_again(other, by, announced):
    other.publish(EAU)
    content = other.content
    source = taken(other, by, EAU)
    other.etag, other.last_modified = "", ""
    if announced:
        setattr(other, announced, "Mon, 02 Mar 2026 09:30:00 GMT")
    other.content = content + b" "
    source = read(source)
    runs, whole, before = source.runs.count(), other.whole, source.refreshed_at
    source = read(source)
    assert source.runs.count() == runs
    assert other.whole == whole + (not announced)
    assert source.refreshed_at > before
    assert source.state == SourceState.WELL
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("announced", ["etag", ""])
def test_what_is_read_whole_is_written_again_even_when_the_source_is_the_same(other, by, announced):
    source = taken(other, by, EAU, AIR)
    other.etag = other.etag if announced else ""
    source = read(source)
    Group.objects.filter(name__endswith="Air").delete()
    source = read(source)
    assert names() == {"Eau"}
    services.read_source(source, writes=True, by=by, now=NOW, whole=True)
    source.refresh_from_db()
    assert (source.state, names()) == (SourceState.WELL, {"Eau", "Air"})


def test_an_error_of_the_site_is_shown_and_nothing_changes(other, by):
    source = taken(other, by, EAU)
    other.publish(status=503)
    source = read(source)
    assert (source.state, names()) == (SourceState.FAILED, {"Eau"})
    assert "503" in source.error
    assert source.next_at is not None
    other.publish(EAU, AIR, status=200)
    source = read(source)
    assert (source.state, source.error, names()) == (SourceState.WELL, "", {"Eau", "Air"})


def test_a_page_in_place_of_a_list_is_an_error(other, by):
    other.publish(content_type="text/html")
    source = services.read_source(followed(other, by), writes=False, by=by, now=NOW)
    source.refresh_from_db()
    assert (source.state, source.next_at) == (SourceState.FAILED, None)
    assert "text/html" in source.error


def test_a_source_whose_columns_changed_says_which_are_missing(other, by):
    source = taken(other, by, EAU)
    other.publish({"id": "a0", "titre": "Eau"})
    source = read(source)
    assert "Nom du groupe" in source.error
    assert (source.state, names()) == (SourceState.FAILED, {"Eau"})
    assert not StoredFile.objects.exists()


def test_a_source_that_lost_half_of_its_records_waits_for_a_person(other, by):
    source = taken(other, by, *({"id": f"b{rank}", "nom": f"Fiche {rank}"} for rank in range(12)))
    other.publish({"id": "b0", "nom": "Fiche 0"})
    source = read(source)
    assert (source.state, len(names())) == (SourceState.HELD, 12)
    assert "11 sur 12" in source.error
    run = source.runs.get(state=State.TRIED)
    assert Report.from_json(run.report).withdrawn == 11
    services.write(run, skip_refused=True, by=by, now=NOW)
    source.refresh_from_db()
    assert (source.state, names()) == (SourceState.WELL, {"Fiche 0"})


def test_a_record_with_an_error_is_refused_but_not_withdrawn(other, by):
    source = taken(other, by, EAU, AIR)
    other.publish(EAU, {"id": "a1", "nom": ""})
    source = read(source)
    assert names() == {"Eau", "Air"}
    assert Report.from_json(source.runs.order_by("-created_at").first().report).refused_count == 1


def test_records_that_are_all_refused_are_told_as_such(other, by):
    source = taken(other, by, EAU)
    failing = ImportKind(**{**RICH.__dict__, "make_apply": lambda importing: 1 / 0})
    other.publish(EAU, AIR)
    with registered(kinds):
        kinds._items[RICH.code] = failing
        source = read(source)
    assert source.state == SourceState.FAILED


def test_the_schedule_reads_what_is_due_and_only_that(other, by):
    source = taken(other, by, EAU)
    other.publish(EAU, AIR)
    assert services.read_due(source.next_at - timedelta(minutes=1)) == 0
    services.pause(source)
    assert services.read_due(NOW + timedelta(days=900)) == 0
    services.resume(source, now=NOW)
    assert services.read_due(NOW) == 1
    assert names() == {"Eau", "Air"}
    Source.objects.filter(pk=source.pk).update(
        state=SourceState.READING, job=JobFactory(state=JobState.RUNNING), next_at=NOW
    )
    assert services.read_due(NOW) == 0
    source.refresh_from_db()
    with pytest.raises(ImportRefused, match="déjà en cours"):
        services.read_source(source, writes=True, by=by, now=NOW)


def test_a_source_never_imported_is_not_due_when_it_resumes(other, by):
    source = followed(other, by)
    services.pause(source)
    services.resume(source, now=NOW)
    source.refresh_from_db()
    assert (source.next_at, source.is_paused) == (None, False)


def test_a_paused_source_that_is_read_by_hand_stays_paused(other, by):
    source = taken(other, by, EAU)
    services.pause(source)
    source.refresh_from_db()
    other.publish(EAU, AIR)
    assert read(source, by).next_at is None


def test_personal_data_are_forgotten_after_ten_days_without_reading(other, by):
    source = taken(other, by, EAU, is_personal=True)
    other.publish(status=500)
    source = read(source)
    refreshed = source.refreshed_at
    assert services.forget_stale(refreshed + timedelta(days=9)) == 0
    assert names() == {"Eau"}
    assert services.forget_stale(refreshed + timedelta(days=10, minutes=1)) == 1
    source.refresh_from_db()
    assert (names(), source.record_count) == (set(), 0)
    assert source.purged_at is not None
    assert not Change.objects.exists()
    assert not ImportRun.objects.exists()
    assert services.forget_stale(refreshed + timedelta(days=11)) == 0
    other.publish(EAU, status=200)
    source = read(source)
    assert (names(), source.purged_at) == ({"Eau"}, None)


def test_other_sources_are_not_forgotten_and_a_gone_kind_harms_nothing(other, by):
    source = taken(other, by, EAU)
    assert services.forget_stale(source.refreshed_at + timedelta(days=100)) == 0
    Source.objects.filter(pk=source.pk).update(is_personal=True, kind="test.gone")
    assert services.forget_stale(source.refreshed_at + timedelta(days=100)) == 0
    source.refresh_from_db()
    assert sources.harvest_of(source) is None
    assert services.stop_following(source, keep_records=False, now=NOW) == 0
    assert names() == {"Eau"}


def test_a_source_that_is_no_longer_followed_leaves_nothing_or_its_records(other, by):
    source = taken(other, by, EAU)
    assert services.stop_following(source, keep_records=False, now=NOW) == 1
    assert (names(), Source.objects.count(), ImportRun.objects.count()) == (set(), 0, 0)
    source = taken(other, by, AIR)
    assert services.stop_following(source, keep_records=True, now=NOW) == 1
    assert Group.objects.filter(name="Air").exists()
    source = taken(other, by, FEU, is_personal=True)
    with pytest.raises(ImportRefused, match="gardées"):
        services.stop_following(source, keep_records=True, now=NOW)


def test_what_cannot_be_followed_is_refused(other, by):
    with pytest.raises(ImportRefused, match="ne suit pas"):
        services.follow_source({"url": other.url}, kind=GROUPS, by=by, now=NOW)
    with pytest.raises(ImportRefused, match="dix jours"):
        followed(other, by, is_personal=True, every_hours=241)
    with pytest.raises(FetchRefused):
        followed(other, by, url="ftp://exemple.fr/")
    followed(other, by)
    with pytest.raises(ImportRefused, match="déjà suivie"):
        followed(other, by)


def test_without_permission_this_machine_is_not_read(other, by, settings):
    settings.FETCH_LOCAL = False
    with pytest.raises(FetchRefused, match="port"):
        followed(other, by)
    with pytest.raises(FetchRefused, match="réseau privé"):
        fetcher().get("http://127.0.0.1/")


def test_changing_the_address_reads_it_in_full(other, by):
    source = taken(other, by, EAU)
    values = {
        name: getattr(source, name)
        for name in ("name", "url", "every_hours", "licence", "attribution", "contact", "is_personal")
    }
    services.change_source(source, {**values, "name": "Autre"}, kind=RICH, now=NOW)
    assert (source.name, source.etag) == ("Autre", other.etag)
    services.change_source(source, {**values, "url": f"{other.url}?v=2"}, kind=RICH, now=NOW)
    assert (source.etag, source.sha256) == ("", "")
    fresh = followed(other, by, url=f"{other.url}?v=3")
    services.change_source(fresh, {**values, "url": f"{other.url}?v=4"}, kind=RICH, now=NOW)
    assert fresh.next_at is None


def test_an_interrupted_reading_is_said_and_taken_up(other, by, monkeypatch):
    source = taken(other, by, EAU)
    other.publish(EAU, AIR)

    def interrupted(*args, **options):
        raise JobInterrupted

    with monkeypatch.context() as patch:
        patch.setattr(background, "carry_out", interrupted)
        with pytest.raises(JobInterrupted):
            services.carry_out_read(JobContext(JobFactory()), source.pk, writes=True, clock=lambda: NOW)
    source.refresh_from_db()
    assert "s’est interrompue" in source.error
    assert source.runs.filter(state=State.WRITING).count() == 1
    read(source)
    assert names() == {"Eau", "Air"}
    assert not source.runs.filter(state=State.WRITING).exists()


def test_a_source_or_a_kind_that_is_gone_is_passed_over_or_said(other, by):
    context = JobContext(JobFactory())
    assert services.carry_out_read(context, 999, writes=True, clock=lambda: NOW) is None
    source = followed(other, by)
    Source.objects.filter(pk=source.pk).update(kind="test.gone")
    with pytest.raises(ImportRefused, match="n’existe plus"):
        services.carry_out_read(context, source.pk, writes=True, clock=lambda: NOW)


def test_who_may_follow_and_manage(other, by):
    source = followed(other, by)
    assert permissions.can_follow(by, RICH)
    assert not permissions.can_follow(by, GROUPS)
    assert not permissions.can_follow(someone(), RICH)
    assert permissions.can_manage(by, source)
    source.kind = "test.gone"
    assert permissions.can_manage(by, source)
    assert not permissions.can_manage(someone(), source)
    assert queries.sources_visible_to(someone()) == []
    ours = [kind.code for kind in queries.followable(by) if kind.code.startswith("test.")]
    assert ours == ["test.rich"]


def test_the_database_refuses_an_incoherent_source(other, by):
    source = followed(other, by)
    for fields in ({"state": "lost"}, {"every_hours": 0}, {"is_personal": True, "every_hours": 300}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Source.objects.filter(pk=source.pk).update(**fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        Source.objects.create(name="x", url=source.url, kind=source.kind, created_at=NOW)


def test_a_kind_without_harvest_counts_what_it_accepted(other, by):
    source = taken(other, by, EAU)
    run = source.runs.get()
    plain = ImportKind(RICH.code, "x", RICH_COLUMNS, make_rich_apply)
    kinds._items[RICH.code] = plain
    sources.note_success(run, Report(created=4), is_whole=True, now=NOW)
    source.refresh_from_db()
    assert source.record_count == 4
    assert HARVEST.keep is not None


# --- Screens --------------------------------------------------------------------------------------------------------


def text(response):
    return response.content.decode().replace("\u00a0", " ")


def test_the_whole_way_without_script(client, by, other):
    other.publish(EAU, AIR)
    client.force_login(by)
    assert "/imports/sources/" in text(client.get("/imports/"))
    assert "Aucune source suivie" in text(client.get("/imports/sources/"))
    assert "Essayer cette source" in text(client.get("/imports/sources/nouvelle/test.rich/"))
    form = {
        "name": "Transiscope",
        "url": other.url,
        "every_hours": 24,
        "licence": "ODbL",
        "attribution": "Transiscope",
        "contact": "x@y.fr",
    }
    page = text(client.post("/imports/sources/nouvelle/test.rich/", form, follow=True))
    source = Source.objects.get()
    assert "n’est pas encore importée" in page
    run = source.runs.get()
    assert f"/imports/{run.pk}/" in page
    client.post(f"/imports/{run.pk}/colonnes/", run.mapping)
    page = text(client.post(f"/imports/{run.pk}/enregistrer/", follow=True))
    assert "Voir la source" in page
    page = text(client.get(f"/imports/sources/{source.pk}/"))
    assert "Relire maintenant" in page
    other.publish(EAU)
    client.post(f"/imports/sources/{source.pk}/lire/")
    assert names() == {"Eau"}
    client.post(f"/imports/sources/{source.pk}/essayer/")
    client.post(f"/imports/sources/{source.pk}/pause/")
    assert "Reprendre" in text(client.get(f"/imports/sources/{source.pk}/"))
    assert "en pause" in text(client.get("/imports/sources/"))
    client.post(f"/imports/sources/{source.pk}/reprendre/")
    page = text(client.post(f"/imports/sources/{source.pk}/modifier/", {**form, "name": "Autre"}, follow=True))
    assert "La source est modifiée." in page
    assert "Les garder" in text(client.get(f"/imports/sources/{source.pk}/ne-plus-suivre/"))
    assert client.post(f"/imports/sources/{source.pk}/ne-plus-suivre/").status_code == 422
    page = text(client.post(f"/imports/sources/{source.pk}/ne-plus-suivre/", {"records": "keep"}, follow=True))
    assert "ses fiches sont gardées" in page
    assert Group.objects.filter(name="Eau").exists()


def test_refusals_are_on_the_form_or_on_the_page(client, by, other):
    client.force_login(by)
    form = {"name": "x", "url": "https://moi:secret@exemple.fr/", "every_hours": 24}
    assert client.post("/imports/sources/nouvelle/test.rich/", form).status_code == 422
    assert "dix jours" in text(
        client.post(
            "/imports/sources/nouvelle/test.rich/", {**form, "url": other.url, "every_hours": 700, "is_personal": "on"}
        )
    )
    source = followed(other, by)
    assert "Essayez d’abord" in text(client.post(f"/imports/sources/{source.pk}/lire/", follow=True))
    second = followed(other, by, url=f"{other.url}?v=2")
    response = client.post(f"/imports/sources/{second.pk}/modifier/", {**form, "url": other.url})
    assert "déjà suivie" in text(response)
    assert client.get(f"/imports/sources/{second.pk}/modifier/").status_code == 200
    Source.objects.filter(pk=second.pk).update(kind="test.gone")
    assert client.get(f"/imports/sources/{second.pk}/modifier/").status_code == 302
    assert client.get(f"/imports/sources/{second.pk}/").status_code == 200
    page = text(client.post(f"/imports/sources/{source.pk}/ne-plus-suivre/", {"records": "withdraw"}, follow=True))
    assert "ses fiches sont retirées" in page


def test_others_do_not_come_in(client, by, other):
    source = followed(other, by)
    urls = ["/imports/sources/", "/imports/sources/nouvelle/test.rich/", f"/imports/sources/{source.pk}/"]
    for url in urls:
        assert client.get(url).status_code == 302
    client.force_login(someone())
    for url in urls:
        assert client.get(url).status_code == 403
    client.force_login(by)
    assert client.get("/imports/sources/nouvelle/test.groups/").status_code == 404


def test_the_list_asks_the_same_number_of_queries_whatever_its_length(client, by, other, django_assert_max_num_queries):
    client.force_login(by)
    for rank in range(3):
        followed(other, by, url=f"{other.url}?{rank}")
    with django_assert_max_num_queries(12):
        client.get("/imports/sources/")


def test_a_reading_in_progress_is_shown(client, by, other):
    client.force_login(by)
    source = followed(other, by)
    Source.objects.filter(pk=source.pk).update(state=SourceState.READING, job=JobFactory(state=JobState.RUNNING))
    page = text(client.get(f"/imports/sources/{source.pk}/"))
    assert 'http-equiv="refresh"' in page
    Source.objects.filter(pk=source.pk).update(state=SourceState.WELL, job=None, purged_at=NOW)
    assert "données personnelles sont effacées" in text(client.get(f"/imports/sources/{source.pk}/"))
