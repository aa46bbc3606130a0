"""What the control plane shows: its values as JSON. Fields may be added, never taken away."""

from datetime import datetime

import msgspec

from edm.core.model.domain import DomainModel
from edm.core.problems import Problem
from edm.ports.runtime import Observed
from edm.ports.store import Event, Instance, Operation, Release, Step
from edm.wiring.platform import Platform


class InstanceView(msgspec.Struct, kw_only=True):
    """An instance.

    Given for one instance, not in lists: ``since`` and ``memory`` (bytes) if it runs,
    ``try_url``, which lists objects of its release, and ``problems``, what that release's
    model left to guess.
    """

    name: str
    state: str
    access: str
    release: int | None
    reason: str
    url: str
    path_url: str
    docs_url: str
    git_url: str
    worker: str
    created: datetime
    changed: datetime
    since: datetime | None = None
    memory: int | None = None
    try_url: str = ""
    problems: tuple[Problem, ...] = ()


class OperationView(msgspec.Struct, kw_only=True):
    """An operation and, once it is done, where to find what came of it."""

    id: str
    instance: str
    name: str
    verb: str
    progress: str
    created: datetime
    finished: datetime | None
    seconds: float | None
    steps: tuple[Step, ...]
    problems: tuple[Problem, ...]
    commit: str
    release: int | None
    url: str
    docs_url: str
    git_url: str


class AcceptedView(msgspec.Struct, kw_only=True):
    """An accepted deploy. The API key is shown here and never again."""

    operation: OperationView
    api_key: str | None


class ReleaseView(msgspec.Struct, kw_only=True):
    """A release."""

    instance: str
    number: int
    commit: str
    created: datetime


class EventView(msgspec.Struct, kw_only=True):
    """Something that happened, and who did it; of a failure, the place of its first problem."""

    id: int
    instance: str
    what: str
    where: str
    principal: str
    at: datetime
    operation: str


class WorkerView(msgspec.Struct, kw_only=True):
    """A machine that runs instances."""

    name: str
    state: str
    runtime: str
    instances: int


class ServiceView(msgspec.Struct, kw_only=True):
    """An entry of the catalogue of services."""

    name: str
    url: str
    state: str
    worker: str


class StatusView(msgspec.Struct, kw_only=True):
    """The platform at a glance. ``ingress`` is ``up`` if the proxy answers, else ``down``."""

    url: str
    home: str
    runtime: str
    pid: int
    version: str
    ingress: str
    ingress_port: int
    instances: int
    running: int


class HealthView(msgspec.Struct, kw_only=True):
    """Whether the control plane can do its work."""

    status: str
    version: str


def instance_view(
    platform: Platform, instance: Instance, observed: Observed | None = None
) -> InstanceView:
    """Return an instance as JSON."""
    url = platform.world.ingress.url(instance.name)
    return InstanceView(
        name=instance.name,
        state=instance.state.value,
        access=instance.access.value,
        release=instance.release,
        reason=instance.reason,
        url=url,
        path_url=platform.world.ingress.path_url(instance.name),
        docs_url=f"{url}docs",
        git_url=platform.git_url(instance.name),
        worker=platform.worker,
        created=instance.created,
        changed=instance.changed,
        since=observed.since if observed else None,
        memory=observed.memory if observed else None,
    )


def first_collection(model: bytes) -> str:
    """Return the path of the first list that a release's model has; empty if it has none."""
    entities = msgspec.json.decode(model, type=DomainModel).entities
    return next((one.collection.kebab for one in entities if not one.abstract), "")


def operation_view(platform: Platform, operation: Operation) -> OperationView:
    """Return an operation as JSON."""
    url = platform.world.ingress.url(operation.instance)
    return OperationView(
        id=operation.id,
        instance=operation.instance,
        name=operation.instance,
        verb=operation.verb.value,
        progress=operation.progress.value,
        created=operation.created,
        finished=operation.finished,
        seconds=_seconds(operation),
        steps=operation.steps,
        problems=operation.problems,
        commit=operation.commit,
        release=operation.release,
        url=url,
        docs_url=f"{url}docs",
        git_url=platform.git_url(operation.instance),
    )


def release_view(release: Release) -> ReleaseView:
    """Return a release as JSON."""
    return ReleaseView(
        instance=release.instance,
        number=release.number,
        commit=release.commit,
        created=release.created,
    )


def event_view(event: Event, where: str) -> EventView:
    """Return an event as JSON."""
    return EventView(
        id=event.id,
        instance=event.instance,
        what=event.what,
        where=where,
        principal=event.principal,
        at=event.at,
        operation=event.operation,
    )


def _seconds(operation: Operation) -> float | None:
    if operation.finished is None:
        return None
    return round((operation.finished - operation.created).total_seconds(), 3)
