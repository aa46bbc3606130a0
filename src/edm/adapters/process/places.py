"""Where the process runtime keeps what belongs to an instance."""

from dataclasses import dataclass
from pathlib import Path

from edm.adapters.system.names import checked
from edm.ports.places import instance_socket, wake_socket


@dataclass(frozen=True, slots=True)
class Places:
    """The directories of one platform.

    Attributes:
        home: What must not be lost: sources, data, logs.
        run: Sockets; gone after a reboot.
    """

    home: Path
    run: Path

    @property
    def instances(self) -> Path:
        """The directory that has one directory per instance."""
        return self.home / "instances"

    def instance(self, name: str) -> Path:
        """Return an instance's own directory."""
        return self.instances / checked(name)

    def releases(self, name: str) -> Path:
        """Return the directory of an instance's built releases."""
        return self.instance(name) / "releases"

    def data(self, name: str) -> Path:
        """Return the directory of an instance's data."""
        return self.instance(name) / "data"

    def backups(self, name: str) -> Path:
        """Return the directory of an instance's backups."""
        return self.instance(name) / "backups"

    def log(self, name: str) -> Path:
        """Return an instance's log."""
        return self.instance(name) / "server.log"

    @property
    def control(self) -> Path:
        """The directory of the platform's own sockets."""
        return wake_socket(self.run).parent

    def sockets(self, name: str) -> Path:
        """Return the directory of an instance's sockets, and of its processes' records."""
        return self.socket(name).parent

    def socket(self, name: str) -> Path:
        """Return where an instance is reached: a link to the socket of the process that serves."""
        return instance_socket(self.run, checked(name))
