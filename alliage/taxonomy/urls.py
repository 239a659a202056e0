"""Addresses of taxonomy: the network's words and lists."""

from django.urls import path, re_path

from alliage.taxonomy import views

app_name = "taxonomy"
urlpatterns = [
    path("", views.index, name="index"),
    path("listes/<slug:code>/", views.network_list, name="list"),
    re_path(r"^listes/(?P<code>[-\w]+)\.(?P<extension>csv|json)$", views.list_export, name="list_export"),
    path("listes/<slug:code>/versions/", views.versions, name="versions"),
    path("listes/<slug:code>/versions/<int:number>/", views.version, name="version"),
    path("listes/<slug:code>/commenter/", views.comment, name="comment"),
    path("listes/<slug:code>/modifier/", views.edit, name="edit"),
    path("listes/<slug:code>/publier/", views.publish, name="publish"),
    path("listes/<slug:code>/abandonner/", views.drop_draft, name="drop_draft"),
    path("listes/<slug:code>/modifier/<slug:item>/", views.edit_item, name="edit_item"),
    re_path(
        r"^listes/(?P<code>[-\w]+)/modifier/(?P<item>[-\w]+)/(?P<act>monter|descendre|retirer)/$",
        views.move_item,
        name="move_item",
    ),
    re_path(
        r"^commentaires/(?P<pk>\d{1,18})/(?P<act>masquer|afficher)/$", views.moderate_comment, name="moderate_comment"
    ),
    re_path(r"^(?P<vocabulary>[-\w]+)\.(?P<extension>csv|json)$", views.vocabulary_export, name="vocabulary_export"),
    path("<slug:vocabulary>/", views.vocabulary, name="vocabulary"),
]
