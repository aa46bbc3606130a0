"""Mirrors: repositories elsewhere that follow an instance's, in the background."""

import asyncio
import logging
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from edm.ports.errors import EdmError, NotFound, Refused
from edm.ports.repository import Target
from edm.ports.store import PLATFORM, Mirror, Principal
from edm.services import kinds
from edm.services.bell import REPOSITORIES, heard
from edm.services.history import note
from edm.services.world import World

_log = logging.getLogger(__name__)

_DEADLINE = 600.0
"""Seconds a push elsewhere may take."""

_FIRST_PAUSE = 60.0
_LONGEST_PAUSE = 6 * 3600.0
"""Seconds after a push that failed; they double up to this."""

_LOOK = 300.0
"""Seconds between two looks when nothing is known to have changed."""

_AT_ONCE = 4

_LONGEST_URL = 500
_HOST = r"(?=.{1,253}(?:[:/]))(?:[A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}\.?"
_URL = re.compile(rf"https?://(?:{_HOST}|\[[0-9A-Fa-f:.]+\])(?::[0-9]{{1,5}})?/[\w.~/+-]+")
_USERNAME = re.compile(r"[^\x00-\x20\x7f:]{1,100}")
_SECRET = re.compile(r"[\x21-\x7e]{1,1000}")


@dataclass(frozen=True, slots=True)
class MirrorWish:
    """What a mirror is asked for with.

    Attributes:
        url: Where the repository is.
        username: Who pushes, as that place knows them.
        secret: Their password or token.
    """

    url: str
    username: str
    secret: str


async def set_mirror(world: World, who: Principal, name: str, wish: MirrorWish) -> Mirror:
    """Have an instance's repository pushed elsewhere from now on.

    Raises:
        NotFound: There is no such instance for this principal.
        Refused: The URL or the credentials cannot be used.
    """
    await world.store.instance(who, name)
    _check(wish, private=world.settings.mirror_private)
    async with world.sealing:
        sealed = await world.vault.seal(wish.secret)
        mirror = Mirror(name, wish.url, wish.username, sealed)
        await world.store.set_mirror(who, mirror)
    await note(world, who, f"mirror set: {wish.url}", name)
    world.bell.ring(REPOSITORIES)
    return mirror


async def drop_mirror(world: World, who: Principal, name: str) -> None:
    """Push no more, and forget the credentials. Idempotent. Raises ``NotFound``."""
    async with world.sealing:
        if await world.store.mirror(who, name) is None:
            return
        await world.store.drop_mirror(who, name)
    await note(world, who, "mirror removed", name)


async def renew_secrets(world: World, who: Principal) -> int:
    """Encrypt the credentials of all mirrors with a new key, and forget the old ones.

    Cut short it can be done again: until the end the old keys are there too.

    Returns:
        How many there are.

    Raises:
        Broken: One cannot be read, or the key not be written; all that could be read still can.
    """
    async with world.sealing:
        await world.vault.rotate()
        mirrors = await world.store.mirrors()
        for mirror in mirrors:
            await _reseal(world, mirror)
        await world.vault.forget()
    await note(world, who, "key of the mirrors' credentials renewed")
    return len(mirrors)


class Mirrors:
    """Pushes what changed, each mirror by itself, so that none waits for another's network."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._touched: set[str] = set()
        self._seen: set[str] = set()
        self._tried: dict[str, Mirror] = {}
        """How those went whose last push could not be recorded."""
        self._room = asyncio.Semaphore(_AT_ONCE)

    def touch(self, name: str) -> None:
        """Note that a repository changed, be it only by a tag."""
        self._touched.add(name)
        self._world.bell.ring(REPOSITORIES)

    async def keep(self) -> None:
        """Push whatever changes, until cancelled."""
        try:
            while True:
                # Listen before looking, else a change in between is missed.
                ringing = self._world.bell.listen(REPOSITORIES)
                pause = await self._look()
                await heard(ringing, pause)
        finally:
            await self.shut()

    async def settle(self) -> None:
        """Look once, and wait until all that was due is pushed or has failed."""
        await self._look()
        while self._tasks:
            await asyncio.wait(self._tasks.values())

    async def shut(self) -> None:
        """Let go of what is under way."""
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _look(self) -> float:
        """Begin what is due; return the seconds until something else will be."""
        pause, now = _LOOK, self._world.clock.now()
        try:
            for mirror in await self._world.store.mirrors():
                if mirror.instance in self._tasks or not await self._behind(mirror):
                    continue
                rest = wait(self._tried.get(mirror.instance, mirror), now)
                if rest > 0:
                    pause = min(pause, rest)
                else:
                    self._begin(mirror)
        except Exception:  # noqa: BLE001 - whatever it is, the next look may be better
            _log.exception("Mirrors cannot be looked after, this time.")
        return pause

    async def _behind(self, mirror: Mirror) -> bool:
        if mirror.instance not in self._seen:
            # A tag that was pushed just before a restart is known to nobody.
            self._seen.add(mirror.instance)
            self._touched.add(mirror.instance)
        if mirror.instance in self._touched | self._tried.keys() or mirror.failures:
            return True
        try:
            head = await self._world.repositories.head(mirror.instance)
        except NotFound:
            return False
        return head is not None and head != mirror.commit

    def _begin(self, mirror: Mirror) -> None:
        self._touched.discard(mirror.instance)
        task = asyncio.create_task(self._push(mirror), name=f"mirror of {mirror.instance}")
        self._tasks[mirror.instance] = task
        task.add_done_callback(lambda _: self._end(mirror.instance))

    def _end(self, name: str) -> None:
        self._tasks.pop(name, None)
        # It may have changed meanwhile, or may have to be tried again at some time.
        self._world.bell.ring(REPOSITORIES)

    async def _push(self, mirror: Mirror) -> None:
        failures = self._tried.get(mirror.instance, mirror).failures + 1
        try:
            async with self._room:
                await self._try(mirror)
        except Exception:  # noqa: BLE001 - whatever it was, it must not come again at once
            _log.exception("%s: how its mirror went cannot be recorded", mirror.instance)
            now = self._world.clock.now()
            self._tried[mirror.instance] = replace(mirror, failures=failures, tried=now)
        else:
            self._tried.pop(mirror.instance, None)

    async def _try(self, mirror: Mirror) -> None:
        try:
            head = await self._send(mirror)
        except NotFound:
            return
        except EdmError as failure:
            await self._failed(mirror, str(failure))
        except Exception as failure:  # noqa: BLE001 - its owner is told, whatever it is
            _log.exception("%s: a defect in its mirror", mirror.instance)
            await self._failed(mirror, f"{type(failure).__name__}: {failure}")
        else:
            await self._done(mirror, head)

    async def _send(self, mirror: Mirror) -> str:
        world = self._world
        secret = await world.vault.unseal(mirror.secret)
        private = world.settings.mirror_private
        target = Target(mirror.url, mirror.username, secret, private=private)
        return await world.repositories.send(mirror.instance, target, _DEADLINE)

    async def _failed(self, mirror: Mirror, reason: str) -> None:
        now, failures = self._world.clock.now(), mirror.failures + 1
        failed = replace(mirror, failures=failures, reason=reason, tried=now)
        await self._world.store.record_mirror(failed)
        if not mirror.failures:
            what = f"mirror fails, it is tried again: {reason}"
            await note(self._world, PLATFORM, what, mirror.instance)

    async def _done(self, mirror: Mirror, head: str) -> None:
        now = self._world.clock.now()
        done = replace(mirror, commit=head, failures=0, reason="", tried=now)
        await self._world.store.record_mirror(done)
        if mirror.failures:
            await note(self._world, PLATFORM, "mirror works again", mirror.instance)


async def _reseal(world: World, mirror: Mirror) -> None:
    secret = await world.vault.unseal(mirror.secret)
    sealed = replace(mirror, secret=await world.vault.seal(secret))
    with suppress(NotFound):
        # Its instance may have been deleted meanwhile.
        await world.store.set_mirror(PLATFORM, sealed)


def wait(mirror: Mirror, now: datetime) -> float:
    """Return the seconds until a mirror may be tried again; 0 for now."""
    if not mirror.failures or mirror.tried is None:
        return 0.0
    pause: float = min(_FIRST_PAUSE * 2.0 ** min(mirror.failures - 1, 20), _LONGEST_PAUSE)
    # A clock that was set back must not make it longer.
    return max(0.0, min(pause, pause - (now - mirror.tried).total_seconds()))


def _check(wish: MirrorWish, *, private: bool) -> None:
    if not _URL.fullmatch(wish.url) or len(wish.url) > _LONGEST_URL or not _port(wish.url):
        raise Refused(kinds.MIRROR_URL.at("url", "The URL cannot be a mirror's."))
    if not private and not wish.url.startswith("https:"):
        raise Refused(kinds.MIRROR_URL.at("url", "A mirror is reached by https only."))
    if not _USERNAME.fullmatch(wish.username):
        raise Refused(kinds.MIRROR_LOGIN.at("username", "The user name cannot be one."))
    if not _SECRET.fullmatch(wish.secret):
        raise Refused(kinds.MIRROR_LOGIN.at("secret", "The secret cannot be one."))


def _port(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False
