"""Addresses of the frames that other sites show, and of oEmbed."""

from django.urls import path, re_path

from alliage.directory.views import embeds

urlpatterns = [
    path("integrer/", embeds.builder, name="embed_builder"),
    path("integrer/hauteur.js", embeds.height_script, name="embed_height"),
    path("integrer/demander/", embeds.ask, name="embed_ask"),
    path("integrer/sites/", embeds.sites, name="embed_sites"),
    path("integrer/sites/<int:pk>/", embeds.decide, name="embed_decide"),
    path("integrer/<slug:code>/", embeds.frame, name="embed"),
    re_path(r"^integrer/(?P<code>[-\w]+)/(?P<record>[-\w:]+)/$", embeds.frame, name="embed_record"),
    path("oembed", embeds.oembed, name="oembed"),
]
