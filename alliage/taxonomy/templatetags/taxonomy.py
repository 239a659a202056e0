"""Labels inside French sentences, in templates: `{% load taxonomy %}{{ term|with_de }}`."""

from django import template

from alliage.taxonomy import french

register = template.Library()
register.filter("with_de", french.with_de)
register.filter("with_article", french.with_article)
