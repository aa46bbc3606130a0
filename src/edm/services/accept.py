"""Accept what somebody asks for: check that it may be, and record it before saying so."""

from contextlib import suppress
from dataclasses import dataclass, replace

from edm.core.lifecycle import Decision, decide
from edm.ports.errors import NotFound, Refused, Taken
from edm.ports.store import (
    Access,
    Instance,
    Operation,
    Order,
    Principal,
    Progress,
    State,
    Step,
    Verb,
)
from edm.services import kinds
from edm.services.accounts import digest
from edm.services.names import check_name
from edm.services.verbs import steps
from edm.services.world import World

_NOTHING = Order()


@dataclass(frozen=True, slots=True)
class Wish:
    """What a deploy is asked for with.

    Attributes:
        filename: The model file's name; empty to release the head of ``main``.
        content: The model file.
        access: Who may call the instance; None for no change, private for a new one.
        sleep_after: Seconds without a request until it sleeps, 0 for never; None for no change,
            what the settings say for a new one.
        origins: Web origins whose pages may call it; None for no change.
    """

    filename: str = ""
    content: bytes = b""
    access: Access | None = None
    sleep_after: int | None = None
    origins: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was accepted, and the API key if one was made: it is shown once."""

    operation: Operation
    api_key: str | None = None


async def accept_deploy(world: World, who: Principal, name: str, wish: Wish) -> Accepted:
    """Accept a deploy, making the instance if there is none of this name.

    Raises:
        Refused: The name, or the state of the instance, does not allow it.
        NotFound: No file was given and there is no such instance.
    """
    check_name(name)
    found = await _find(world, who, name)
    if found is None and not wish.filename:
        raise NotFound(f"There is no instance called {name}. Give a model file to make it.")
    if found is not None:
        _allow(Verb.DEPLOY, found)
    key = _new_key(world, found, wish.access)
    key_hash = digest(key) if key else ""
    subject = found or _new_instance(world, who, name, wish, key_hash)
    order = Order(
        filename=wish.filename,
        content=wish.content,
        access=wish.access,
        key_hash=key_hash,
        sleep_after=wish.sleep_after,
        origins=wish.origins,
    )
    operation = _operation(world, who, Verb.DEPLOY, subject, order, first=found is None)
    return Accepted(await _open(world, who, operation, order, None if found else subject), key)


async def accept(
    world: World, who: Principal, name: str, verb: Verb, order: Order = _NOTHING
) -> Accepted:
    """Accept any other verb. What is so already is done at once.

    An instance that is no longer to be public gets a key, if it has none.

    Raises:
        Refused: The state of the instance does not allow it.
        NotFound: There is no such instance for this principal.
    """
    instance = await world.store.instance(who, name)
    nothing = _allow(verb, instance) is Decision.NOTHING
    key = None if order.access is None else _new_key(world, instance, order.access)
    if key is not None and not order.key_hash:
        order = replace(order, key_hash=digest(key))
    operation = _operation(world, who, verb, instance, order, nothing=nothing)
    return Accepted(await _open(world, who, operation, order, None), key)


async def _find(world: World, who: Principal, name: str) -> Instance | None:
    with suppress(NotFound):
        return await world.store.instance(who, name)
    if await world.store.taken(name):
        raise _taken(name)
    return None


def _allow(verb: Verb, instance: Instance) -> Decision:
    decision = decide(verb, instance.state, released=instance.release is not None)
    if isinstance(decision, Decision):
        return decision
    message = f"{verb.value} is not possible while it is {instance.state.value}."
    raise Refused(decision.at(instance.name, message))


def _new_key(world: World, found: Instance | None, access: Access | None) -> str | None:
    wanted = access or (found.access if found else Access.PRIVATE)
    if wanted is Access.PUBLIC or (found is not None and found.key_hash):
        return None
    return world.chance.secret()


def _new_instance(world: World, who: Principal, name: str, wish: Wish, key_hash: str) -> Instance:
    now = world.clock.now()
    usual = world.settings.sleep_after
    return Instance(
        name=name,
        owner=who.id,
        state=State.BUILDING,
        access=wish.access or Access.PRIVATE,
        key_hash=key_hash,
        release=None,
        created=now,
        changed=now,
        sleep_after=usual if wish.sleep_after is None else wish.sleep_after,
        origins=wish.origins or (),
    )


def _operation(
    world: World,
    who: Principal,
    verb: Verb,
    subject: Instance,
    order: Order,
    *,
    first: bool = False,
    nothing: bool = False,
) -> Operation:
    names = () if nothing else steps(verb, file=bool(order.filename))
    return Operation(
        id=world.chance.id(),
        instance=subject.name,
        owner=subject.owner,
        principal=who.id,
        verb=verb,
        progress=Progress.WAITING,
        created=world.clock.now(),
        steps=tuple(Step(name, Progress.WAITING) for name in names),
        release=subject.release,
        first=first,
    )


async def _open(
    world: World, who: Principal, operation: Operation, order: Order, new: Instance | None
) -> Operation:
    try:
        opened = await world.store.open(operation, order, new)
    except Taken:
        raise _taken(operation.instance) from None
    if opened.id == operation.id:
        return opened
    if opened.owner != who.id and not who.admin:
        raise _taken(operation.instance)
    message = f"Operation {opened.id} ({opened.verb.value}) is under way."
    name = operation.instance
    hint = f"`edm events {name} --follow` tells its end, `edm cancel {name}` cancels it."
    raise Refused(kinds.BUSY.at(name, message, hint))


def _taken(name: str) -> Refused:
    return Refused(kinds.NAME_TAKEN.at(name, f"The name {name} is taken."))
