"""Addresses of agreements: mine, one, its convention, its reviews."""

from django.urls import URLPattern, path, re_path

from alliage.agreements.views import agreements, conventions, reviews

app_name = "agreements"
ONE = r"^accords/(?P<pk>[0-9]{1,18})"
REVIEW = rf"{ONE}/bilans/(?P<number>[0-9]{{1,4}})"
urlpatterns: list[URLPattern] = [
    path("accords/", agreements.index, name="index"),
    path("accords/nouveau/", agreements.new, name="new"),
    path("accords/affirmations/", reviews.affirmations, name="affirmations"),
    re_path(rf"{ONE}/$", agreements.agreement, name="agreement"),
    re_path(rf"{ONE}/geste/$", agreements.act, name="act"),
    re_path(rf"{ONE}/modifier/$", agreements.edit, name="edit"),
    re_path(rf"{ONE}/inviter/$", agreements.invite, name="invite"),
    re_path(rf"{ONE}/clore/$", agreements.close, name="close"),
    re_path(rf"{ONE}/convention/$", conventions.convention, name="convention"),
    re_path(rf"{ONE}/convention\.pdf$", conventions.export, name="convention_pdf"),
    re_path(rf"{ONE}/signer/$", conventions.sign, name="sign"),
    re_path(rf"{REVIEW}/$", reviews.review, name="review"),
    re_path(rf"{REVIEW}/repondre/$", reviews.answer, name="answer"),
    re_path(rf"{REVIEW}/geste/$", reviews.act, name="review_act"),
]
