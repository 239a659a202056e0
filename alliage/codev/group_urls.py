"""Addresses of groups: their pages, their people, their cycle, their encounters; one's own calendar."""

from django.urls import URLPattern, path, re_path

from alliage.codev.views import cycles, encounters, groups, memberships

GROUP = r"^codev/groupes/(?P<pk>[0-9]{1,18})"
OTHER = r"(?P<number>[0-9]{1,18})"
urlpatterns: list[URLPattern] = [
    path("codev/", groups.index, name="index"),
    re_path(r"^codev\.(?P<extension>csv|json)$", groups.export, name="groups_export"),
    path("codev/groupes/nouveau/", groups.new, name="group_new"),
    re_path(rf"{GROUP}-(?P<slug>[-\w]+)/$", groups.group, name="group"),
    re_path(rf"{GROUP}/reglages/$", groups.settings, name="group_settings"),
    re_path(rf"{GROUP}/terminer/$", groups.close, name="group_close"),
    re_path(rf"{GROUP}/rouvrir/$", groups.reopen, name="group_reopen"),
    re_path(rf"{GROUP}/emporter\.(?P<extension>json|docx)$", groups.take, name="group_take"),
    re_path(rf"{GROUP}/rejoindre/$", memberships.join, name="group_join"),
    re_path(rf"{GROUP}/retirer/$", memberships.take_back, name="group_take_back"),
    re_path(rf"{GROUP}/charte/$", memberships.charter, name="group_charter"),
    re_path(rf"{GROUP}/personnes/$", memberships.people, name="group_people"),
    re_path(rf"{GROUP}/personnes/{OTHER}/$", memberships.act, name="group_person"),
    re_path(rf"{GROUP}/mon-nom/$", memberships.show_name, name="group_show_name"),
    re_path(rf"{GROUP}/quitter/$", memberships.leave, name="group_leave"),
    re_path(rf"{GROUP}/cycle/$", cycles.cycle, name="cycle"),
    re_path(rf"{GROUP}/cycle/{OTHER}/$", cycles.turn, name="cycle_turn"),
    re_path(rf"{GROUP}/dates/nouvelles/$", cycles.new_poll, name="poll_new"),
    re_path(rf"{GROUP}/dates/{OTHER}/$", cycles.poll, name="poll"),
    re_path(rf"{GROUP}/dates/{OTHER}/choisir/$", cycles.choose, name="poll_choose"),
    re_path(rf"{GROUP}/rencontres/nouvelle/$", encounters.new, name="encounter_new"),
    re_path(rf"{GROUP}/rencontres/passees/$", encounters.past, name="encounters_past"),
    re_path(rf"{GROUP}/rencontres/{OTHER}/$", encounters.encounter, name="encounter"),
    re_path(rf"{GROUP}/rencontres/{OTHER}\.ics$", encounters.ics, name="encounter_ics"),
    re_path(rf"{GROUP}/rencontres/{OTHER}/modifier/$", encounters.edit, name="encounter_edit"),
    re_path(rf"{GROUP}/rencontres/{OTHER}/presence/$", encounters.presence, name="encounter_presence"),
    path("codev/mon-agenda/", encounters.calendar, name="calendar"),
    re_path(r"^codev/agenda/(?P<token>[-\w]{1,120})\.ics$", encounters.feed, name="calendar_feed"),
]
