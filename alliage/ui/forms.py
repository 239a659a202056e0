"""How Django draws forms: with our components, so that `{{ form }}` and `{{ form.name.as_field_group }}` look right."""

from django.forms.renderers import DjangoTemplates


class FormRenderer(DjangoTemplates):
    """`FORM_RENDERER` of the site. Widgets keep Django's own templates."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/components/field.html"
