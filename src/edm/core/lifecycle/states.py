"""The words for what serves, and for what can be asked."""

from enum import StrEnum


class State(StrEnum):
    """What serves under an instance's name.

    Nothing is a draft or asleep yet: the words are kept, so that clients know all there may be.
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
    DELETE = "delete"
