"""What each says of a session once it is over."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from alliage.codev.forms.sessions import LearningForm, RatingForm
from alliage.codev.forms.threads import without_nul
from alliage.codev.services import session_words as services
from alliage.codev.views.sessions import found_or_404, saved, shown
from alliage.refusals import Refusal


@never_cache
@require_POST
@login_required
def learn(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What one learnt for oneself."""
    found, standing = found_or_404(request, pk, number)
    form = LearningForm(without_nul(request.POST))
    if form.is_valid():
        try:
            services.learn(saved(found), form.cleaned_data["text"], by=request.user, now=timezone.now())  # type: ignore[arg-type]
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C’est enregistré."))
            return redirect(found)
    return shown(request, found, standing, learning_form=form)


@never_cache
@require_POST
@login_required
def rate(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What one thinks of the session, without a name."""
    found, standing = found_or_404(request, pk, number)
    form = RatingForm(request.POST)
    if form.is_valid():
        try:
            services.rate(saved(found), form.values(), by=request.user, now=timezone.now())  # type: ignore[arg-type]
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Merci. Votre avis est compté, sans votre nom."))
            return redirect(found)
    return shown(request, found, standing, rating_form=form)
