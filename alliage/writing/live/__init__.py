"""Writing at several, as it happens: `/direct/ecriture/<uuid>`, a web socket, and `…/changements` where none passes."""

from alliage.writing.live.addresses import routes

__all__ = ["routes"]
