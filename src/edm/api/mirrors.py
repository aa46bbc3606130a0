"""Routes about mirrors: where else a repository is pushed."""

from datetime import datetime

import msgspec
from litestar import delete, get, post, put
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT

from edm.api.needs import SMALL, Here, Text, Who
from edm.api.rules import ADMIN, READ, WRITE
from edm.ports.errors import NotFound
from edm.ports.store import Mirror
from edm.services import mirror as mirroring
from edm.services.mirror import MirrorWish

_TAGS = ["mirrors"]


class MirrorForm(msgspec.Struct, forbid_unknown_fields=True):
    """Where to push an instance's repository, and with which credentials."""

    url: str
    secret: str
    username: str = "git"


class MirrorView(msgspec.Struct, kw_only=True):
    """A mirror, without its secret.

    ``commit`` is the head of ``main`` that is there, empty before the first push; ``failures``
    counts the tries since that failed, ``reason`` is why, and ``tried`` when the last one was.
    """

    instance: str
    url: str
    username: str
    commit: str
    failures: int
    reason: str
    tried: datetime | None


class RenewedView(msgspec.Struct, kw_only=True):
    """How many mirrors' credentials are encrypted with a new key."""

    mirrors: int


@get("/instances/{name:str}/mirror", opt=READ, tags=_TAGS)
async def show_mirror(name: Text, platform: Here, who: Who) -> MirrorView:
    """Show where else an instance's repository is pushed, and how that goes."""
    found = await platform.world.store.mirror(who, name)
    if found is None:
        raise NotFound(f"{name} has no mirror. Set one with: edm mirror set {name} URL.")
    return _view(found)


@put("/instances/{name:str}/mirror", opt=WRITE, tags=_TAGS, request_max_body_size=SMALL)
async def set_mirror(
    name: Text, data: JSONBody[MirrorForm], platform: Here, who: Who
) -> MirrorView:
    """Have an instance's repository pushed elsewhere too, from now on."""
    wish = MirrorWish(data.url, data.username, data.secret)
    return _view(await mirroring.set_mirror(platform.world, who, name, wish))


@delete("/instances/{name:str}/mirror", status_code=HTTP_204_NO_CONTENT, opt=WRITE, tags=_TAGS)
async def drop_mirror(name: Text, platform: Here, who: Who) -> None:
    """Push there no more, and forget the credentials. What was pushed stays there."""
    await mirroring.drop_mirror(platform.world, who, name)


@post("/mirrors/key", status_code=HTTP_200_OK, opt=ADMIN, tags=_TAGS)
async def renew_key(platform: Here, who: Who) -> RenewedView:
    """Encrypt the credentials of all mirrors with a new key, and destroy the old one."""
    return RenewedView(mirrors=await mirroring.renew_secrets(platform.world, who))


def _view(mirror: Mirror) -> MirrorView:
    return MirrorView(
        instance=mirror.instance,
        url=mirror.url,
        username=mirror.username,
        commit=mirror.commit,
        failures=mirror.failures,
        reason=mirror.reason,
        tried=mirror.tried,
    )


HANDLERS = (show_mirror, set_mirror, drop_mirror, renew_key)
