"""A ZIP of several resources: sent, or asked for and followed on a page that needs no account."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from alliage.jobs.enums import State
from alliage.library.packs import Pack
from alliage.library.services import packs as services


def pack_page(
    request: HttpRequest, of: tuple[str, int], pack: Pack, *, zip_url: str, context: dict[str, Any]
) -> HttpResponse:
    """What may be taken away, and how far the ZIP is when it is being made."""
    is_ready = services.is_made(pack) or pack.is_light
    if request.method == "POST":
        if not is_ready:
            kind, pk = of
            services.ask(kind, pk, pack, by=request.user, now=timezone.now())
        return redirect(request.get_full_path())
    job = None if is_ready else services.job_of(pack)
    page = context | {
        "pack": pack,
        "zip_url": zip_url,
        "is_ready": is_ready,
        "job": job,
        "is_failed": job is not None and job.state in (State.FAILED, State.CANCELLED),
        "is_running": job is not None and not job.is_finished,
    }
    return render(request, "library/kit_take.html", page)


def pack_file(pack: Pack, *, ask_url: str) -> HttpResponseBase:
    """The archive itself; a heavy one that nobody asked for yet is asked on its page, by a button."""
    if not services.is_made(pack):
        if not pack.is_light:
            return redirect(ask_url)
        services.make(pack, now=timezone.now())
    answer = FileResponse(services.path_of(pack).open("rb"), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{pack.filename}"'
    answer["X-Robots-Tag"] = "noindex"
    return answer
