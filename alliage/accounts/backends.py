"""Who may sign in, and which rights a role gives without asking the database."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings

from alliage.accounts.enums import RANK
from alliage.accounts.registry import permissions_of


class MemberBackend(AuthenticationBackend):
    """Closed accounts, and demonstration accounts outside demonstration mode, neither sign in nor stay signed in."""

    def user_can_authenticate(self, user: Any) -> bool:
        return super().user_can_authenticate(user) and (settings.DEMO or not user.is_demo)

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if not user_obj.is_active or not user_obj.is_authenticated:
            return False
        if obj is None and perm in permissions_of(user_obj.role, RANK):
            return True
        return super().has_perm(user_obj, perm, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        if not user_obj.is_active or not user_obj.is_authenticated:
            return False
        granted = permissions_of(user_obj.role, RANK)
        return any(perm.startswith(f"{app_label}.") for perm in granted) or super().has_module_perms(
            user_obj, app_label
        )
