"""The signed name of an object in the address of its report: nobody may report what no page showed them."""

from typing import Any

from django.core.signing import BadSignature, Signer
from django.utils.http import urlencode

from alliage.moderation.registry import Reportable, reportable
from alliage.prepared import Address

_SIGNER = Signer(salt="alliage.moderation.object")
_REPORT = Address("moderation:report")


def reportable_of(obj: Any) -> Reportable | None:
    """The kind under which this object may be reported, if any."""
    return next((kind for kind in reportable if isinstance(obj, kind.model)), None)


def sign(kind: Reportable, obj: Any) -> str:
    return _SIGNER.sign(f"{kind.code}:{obj.pk}")


def report_url(obj: Any) -> str:
    """The path of the form that reports this object, or "" when its kind cannot be reported."""
    kind = reportable_of(obj)
    return f"{_REPORT()}?{urlencode({'objet': sign(kind, obj)})}" if kind else ""


def load(kind_code: str, object_id: str) -> tuple[Reportable, Any] | None:
    """The object, hidden ones included; None when it or its kind is gone."""
    kind = reportable.get(kind_code)
    if kind is None:
        return None
    obj = kind.model._base_manager.filter(pk=object_id).first()  # noqa: SLF001 the manager that hides nothing
    return (kind, obj) if obj is not None else None


def read(reference: str) -> tuple[Reportable, Any] | None:
    """What a signed reference names, or None."""
    try:
        code, _sep, object_id = _SIGNER.unsign(reference).rpartition(":")
    except BadSignature:
        return None
    return load(code, object_id)
