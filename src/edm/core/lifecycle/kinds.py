"""What can be wrong with asking something of an instance in its state."""

from edm.core.problems import Kind, Level

NOTHING_RELEASED = Kind(
    "I010",
    Level.ERROR,
    "The instance has no release that could be started or stopped.",
    "Deploy a model under this name first.",
)
BEING_DELETED = Kind(
    "I011",
    Level.ERROR,
    "The instance is being deleted.",
    "Wait until it is gone, then deploy under this name again.",
)
NOT_AWAKE = Kind(
    "I012",
    Level.ERROR,
    "Only what runs can go to sleep.",
    "Start the instance first, or leave it as it is.",
)
