"""The second of two same requests leads where the first does, however they overlap."""

from threading import Thread

from django.http import HttpResponseRedirect
from django.urls import reverse

from alliage.accounts.views.twice import second_goes_where_first_went


def test_who_comes_while_the_first_takes_the_session_waits_for_where_it_leads(rf):
    def sent():
        return rf.post("/compte/connexion/code/", {"code": "ABCD"})

    @second_goes_where_first_went
    def without_a_session(_request):
        return HttpResponseRedirect(reverse("account_login"))

    led: list[str] = []
    second = Thread(target=lambda: led.append(without_a_session(sent())["Location"]))

    @second_goes_where_first_went
    def first(_request):
        second.start()
        return HttpResponseRedirect("/mon-espace/")

    assert first(sent())["Location"] == "/mon-espace/"
    second.join(5)
    assert led == ["/mon-espace/"]


def test_whoever_starts_over_alone_starts_over(rf):
    view = second_goes_where_first_went(lambda _request: HttpResponseRedirect(reverse("account_login")))
    assert view(rf.post("/compte/connexion/code/", {"code": "ABCD"}))["Location"] == reverse("account_login")
