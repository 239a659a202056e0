"""Addresses of plans: the table, the month, one action, what one takes away."""

from django.urls import URLPattern, re_path

from alliage.learning.views import plan_actions, plans

PLAN = r"^diagnostic/dossiers/(?P<number>[0-9]{1,18})/plan"
ONE = r"(?P<pk>[0-9]{1,18})"
urlpatterns: list[URLPattern] = [
    re_path(rf"{PLAN}/$", plans.plan, name="plan"),
    re_path(rf"{PLAN}/calendrier/$", plans.calendar, name="plan_calendar"),
    re_path(rf"{PLAN}\.(?P<form>csv|ics|pdf)$", plans.export, name="plan_export"),
    re_path(rf"{PLAN}/actions/nouvelle/$", plan_actions.new, name="action_new"),
    re_path(rf"{PLAN}/actions/{ONE}/$", plan_actions.action, name="action"),
    re_path(rf"{PLAN}/actions/{ONE}/modifier/$", plan_actions.edit, name="action_edit"),
    re_path(rf"{PLAN}/actions/{ONE}/retirer/$", plan_actions.remove, name="action_remove"),
]
