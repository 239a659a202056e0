"""Who may read a file."""

from typing import Any

from alliage.files.models import StoredFile
from alliage.files.registry import purposes


def can_read(user: Any, stored: StoredFile) -> bool:
    """Anyone when it is public, the person who sent it, and those its purpose allows."""
    if stored.is_public:
        return True
    if user.is_authenticated and stored.owner_id == user.pk:
        return True
    purpose = purposes.get(stored.purpose)
    return purpose is not None and purpose.may_read is not None and purpose.may_read(user, stored)
