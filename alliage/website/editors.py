"""What animators and administrators may do in the administration of pages.

Roles give groups (accounts); the CMS reads the rights of groups on the tree of pages and on collections of files.
"""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page, WorkflowPage

from alliage.accounts.enums import GROUP_NAMES, Role

PAGE_RIGHTS = ("add_page", "change_page", "publish_page")
FILE_RIGHTS = (
    "wagtailimages.add_image",
    "wagtailimages.change_image",
    "wagtailimages.choose_image",
    "wagtaildocs.add_document",
    "wagtaildocs.change_document",
    "wagtaildocs.choose_document",
)
ANIMATOR_RIGHTS = ("wagtailadmin.access_admin",)
ADMINISTRATOR_RIGHTS = (
    *ANIMATOR_RIGHTS,
    "taxonomy.view_term",
    "taxonomy.change_term",
    "territories.view_territory",
    "wagtailredirects.add_redirect",
    "wagtailredirects.change_redirect",
    "wagtailredirects.delete_redirect",
)
# Made by the CMS for sites that have no roles of their own.
UNUSED_GROUPS = ("Moderators", "Editors")


@transaction.atomic
def set_up() -> None:
    """Give the groups of these two roles their rights; those an administrator added stay."""
    root = Page.objects.get(depth=1)
    files = Collection.get_first_root_node()
    rights = {Role.ANIMATOR: ANIMATOR_RIGHTS, Role.ADMINISTRATOR: ADMINISTRATOR_RIGHTS}
    for role, codes in rights.items():
        group = Group.objects.get_or_create(name=GROUP_NAMES[role])[0]
        group.permissions.add(*_permissions(codes))
        for codename in PAGE_RIGHTS:
            permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
            GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
        for permission in _permissions(FILE_RIGHTS):
            GroupCollectionPermission.objects.get_or_create(group=group, collection=files, permission=permission)
    _put_away_unused()


def _permissions(codes: tuple[str, ...]) -> list[Permission]:
    known = [code.split(".") for code in codes]
    return [
        Permission.objects.get(content_type__app_label=app_label, codename=codename) for app_label, codename in known
    ]


def _put_away_unused() -> None:
    """Those who write also publish: the approval workflow that the CMS sets up would only add steps."""
    groups = Group.objects.filter(name__in=UNUSED_GROUPS, user__isnull=True)
    WorkflowPage.objects.filter(page__depth=1, workflow__workflow_tasks__task__groupapprovaltask__isnull=False).filter(
        workflow__name="Moderators approval"
    ).delete()
    groups.delete()
