"""A test client whose `force_login` signs in as the site does: the second factor used, when the member needs one."""

from typing import Any

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY as USER_KEY,
)
from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY as METHODS_KEY,
)
from django.test import Client


class MemberClient(Client):
    def force_login(self, user: Any, backend: str | None = None, *, proved: bool = True) -> None:
        """`proved=False`: signed in by a code only."""
        super().force_login(user, backend)
        if proved:
            session = self.session
            session[METHODS_KEY] = [{"method": "mfa", "type": "totp", "id": 0, "at": 0}]
            session[USER_KEY] = str(user.pk)
            session.save()
