"""Where the process runtime keeps what belongs to an instance."""

from dataclasses import dataclass
from pathlib import Path

from edm.adapters.system.names import checked
from edm.ports.places import instance_socket


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

    def log(self, name: str) -> Path:
        """Return an instance's log."""
        return self.instance(name) / "server.log"

    def record(self, name: str) -> Path:
        """Return the record of an instance's process."""
        return self.instance(name) / "process.json"

    def socket(self, name: str) -> Path:
        """Return the socket an instance listens on."""
        return instance_socket(self.run, checked(name))
