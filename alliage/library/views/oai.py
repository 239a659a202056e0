"""`/oai`: what libraries harvest, by the protocol OAI-PMH."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from alliage.library import oai, oai_xml


@csrf_exempt  # programs post to it, and it writes nothing
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def harvest(request: HttpRequest) -> HttpResponse:
    sent = request.POST if request.method == "POST" else request.GET
    arguments = {name: sent.getlist(name) for name in sent}
    now = timezone.now()
    try:
        answer = oai_xml.answered(oai.parse(arguments), now=now)
    except oai.OaiError as error:
        answer = oai_xml.refused(error, {name: values[0] for name, values in arguments.items()}, now=now)
    return HttpResponse(answer, content_type="text/xml; charset=utf-8")
