"""Addresses of those who write entries; `urls.py` takes them first, so that no slug hides them."""

from django.urls import path, re_path

from alliage.directory.views import contacts, inviting, joining, profiles

_ENTRY = r"^annuaire/(?P<kinds>catalyseurs|organisations|equipes)/(?P<slug>[-\w]+)/"

urlpatterns = [
    path("annuaire/ma-fiche/", profiles.mine, name="mine"),
    path("annuaire/ma-fiche/brouillon/", profiles.draft_of_mine, name="draft_of_mine"),
    path("annuaire/catalyseurs/nouveau/", profiles.create_for, name="create_for"),
    path("annuaire/catalyseurs/a-inviter/", inviting.to_invite, name="to_invite"),
    path("annuaire/invitation/<str:token>/", inviting.invited, name="invited"),
    path("annuaire/organisations/nouvelle/", joining.new_organisation, name="new_organisation"),
    path("annuaire/equipes/nouvelle/", joining.new_team, name="new_team"),
    path("annuaire/rattachements/", joining.claims, name="claims"),
    path("annuaire/rattachements/<int:pk>/repondre/", joining.answer, name="answer"),
    re_path(_ENTRY + r"modifier/$", profiles.edit, name="edit"),
    re_path(_ENTRY + r"brouillon/$", profiles.draft, name="draft"),
    re_path(_ENTRY + r"apercu/$", profiles.preview, name="preview"),
    re_path(_ENTRY + r"publier/$", profiles.publish, name="publish"),
    re_path(_ENTRY + r"retirer/$", profiles.withdraw, name="withdraw"),
    re_path(_ENTRY + r"confier/$", profiles.give, name="give"),
    re_path(_ENTRY + r"personnes/$", joining.people, name="people"),
    re_path(_ENTRY + r"personnes/(?P<pk>\d+)/$", joining.set_role, name="set_role"),
    re_path(_ENTRY + r"rejoindre/$", joining.join, name="join"),
    re_path(_ENTRY + r"quitter/$", joining.leave, name="leave"),
    re_path(_ENTRY + r"reclamer/$", joining.claim, name="claim"),
    re_path(_ENTRY + r"ecrire/$", contacts.write, name="write"),
]
