"""Addresses of composing: one's availabilities, looking for a group, the animators' screen, the monthly duo."""

from django.urls import URLPattern, path, re_path

from alliage.codev.views import availabilities, compositions, duos, moves, seeking

CALL = r"^codev/chercher-un-groupe/(?P<pk>[0-9]{1,18})"
COMPOSITION = r"^codev/composer/(?P<pk>[0-9]{1,18})"
urlpatterns: list[URLPattern] = [
    path("codev/disponibilites/", availabilities.availability, name="availability"),
    path("codev/chercher-un-groupe/", seeking.index, name="seek"),
    re_path(rf"{CALL}/$", seeking.call, name="call"),
    re_path(rf"{CALL}/retirer/$", seeking.take_back, name="call_take_back"),
    re_path(rf"{CALL}/souhaits/$", seeking.wish, name="call_wish"),
    re_path(rf"{CALL}/souhaits/(?P<number>[0-9]{{1,18}})/retirer/$", seeking.drop_wish, name="call_drop_wish"),
    path("codev/composer/", compositions.index, name="compositions"),
    path("codev/composer/nouveau/", compositions.new, name="composition_new"),
    re_path(rf"{COMPOSITION}/$", compositions.composition, name="composition"),
    re_path(rf"{COMPOSITION}/composer/$", compositions.start, name="composition_start"),
    re_path(rf"{COMPOSITION}/accepter/$", compositions.accept, name="composition_accept"),
    re_path(rf"{COMPOSITION}/abandonner/$", compositions.drop, name="composition_drop"),
    re_path(rf"{COMPOSITION}/prevenir/$", compositions.tell, name="composition_tell"),
    re_path(rf"{COMPOSITION}/deplacer/(?P<number>[0-9]{{1,18}})/$", moves.move, name="composition_move"),
    path("codev/duo/", duos.duo, name="duo"),
    path("codev/duo/participer/", duos.take_part, name="duo_take_part"),
    path("codev/duo/passer/", duos.skip, name="duo_skip"),
    path("codev/duo/reprendre/", duos.come_back, name="duo_come_back"),
    path("codev/duo/arreter/", duos.stop, name="duo_stop"),
    path("codev/duo/moment/", duos.choose, name="duo_choose"),
    path("codev/duo/accepter/", duos.agree, name="duo_agree"),
    re_path(r"^codev/duo/lien/(?P<token>[-\w:]{1,300})/$", duos.link, name="duo_link"),
]
