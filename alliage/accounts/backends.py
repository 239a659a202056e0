"""Who may sign in, and which rights a role gives without asking the database."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.models import Permission
from django.db.models import Q

from alliage.accounts.enums import RANK
from alliage.accounts.models import Member
from alliage.accounts.registry import permissions_of
from alliage.prepared import Prepared

_BY_NUMBER = Prepared(lambda pk: Member._default_manager.filter(pk=pk).order_by())  # noqa: SLF001 Django's own name


class MemberBackend(AuthenticationBackend):
    """Closed accounts, and demonstration accounts outside demonstration mode, neither sign in nor stay signed in."""

    def user_can_authenticate(self, user: Any) -> bool:
        return super().user_can_authenticate(user) and (settings.DEMO or not user.is_demo)

    def get_user(self, user_id: int) -> Any:
        """Asked by every page of who is signed in."""
        found: list[Member] = _BY_NUMBER(user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if not user_obj.is_active or not user_obj.is_authenticated:
            return False
        if obj is None and perm in permissions_of(user_obj.role, RANK):
            return True
        return super().has_perm(user_obj, perm, obj)

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Those given one by one and by groups, in one question rather than two."""
        if obj is not None or user_obj.is_superuser or not user_obj.is_active or not user_obj.is_authenticated:
            return set(super().get_all_permissions(user_obj, obj))
        if not hasattr(user_obj, "rights_given"):
            given = Permission.objects.filter(Q(user=user_obj) | Q(group__user=user_obj)).order_by()
            names = given.values_list("content_type__app_label", "codename").distinct()
            user_obj.rights_given = {f"{folder}.{name}" for folder, name in names}
        return set(user_obj.rights_given)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        if not user_obj.is_active or not user_obj.is_authenticated:
            return False
        granted = permissions_of(user_obj.role, RANK)
        return any(perm.startswith(f"{app_label}.") for perm in granted) or super().has_module_perms(
            user_obj, app_label
        )
