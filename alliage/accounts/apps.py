from typing import Any

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "alliage.accounts"
    label = "accounts"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added

        authenticator_added.connect(_remember_proof, dispatch_uid="accounts.remember_proof")


def _remember_proof(*, request: Any, user: Any, authenticator: Any, **_kwargs: Any) -> None:
    """Whoever has just set up a second factor has just used it: do not ask again on the next page."""
    from allauth.account.internal.flows.login import record_authentication

    record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True)
