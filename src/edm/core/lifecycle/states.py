"""The words for what serves, and for what can be asked."""

from enum import StrEnum


class State(StrEnum):
    """What serves under an instance's name.

    Nothing is a draft yet: the word is kept, so that clients know all there may be.
    """

    DRAFT = "draft"
    BUILDING = "building"
    STOPPED = "stopped"
    STARTING = "starting"
    RUNNING = "running"
    SLEEPING = "sleeping"
    STOPPING = "stopping"
    FAILED = "failed"
    DELETING = "deleting"


class Verb(StrEnum):
    """What an operation does."""

    DEPLOY = "deploy"
    START = "start"
    STOP = "stop"
    RESTART = "restart"
    SLEEP = "sleep"
    ROLLBACK = "rollback"
    CONFIGURE = "configure"
    DELETE = "delete"
