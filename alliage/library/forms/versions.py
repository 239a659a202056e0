"""Which versions to compare, as an address says it."""

from django import forms

_LATEST = 10**6


class CompareForm(forms.Form):
    """Unknown numbers are left out: the last two versions are compared."""

    de = forms.IntegerField(required=False, min_value=1, max_value=_LATEST)
    a = forms.IntegerField(required=False, min_value=1, max_value=_LATEST)

    def asked(self, edition: int) -> tuple[int, int]:
        self.is_valid()
        after = self.cleaned_data.get("a") or edition
        return self.cleaned_data.get("de") or max(1, after - 1), after
