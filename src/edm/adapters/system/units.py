"""The service that starts a platform with the machine, and again whenever its control plane ends.

Only the control plane belongs to it: the proxy, the fork server and the instances outlive it.
"""

import os
import shutil
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from edm.adapters.system.files import write_whole
from edm.core.doctor.facts import Unit
from edm.ports.errors import Broken
from edm.settings import SETTINGS, Settings, chosen

_SYSTEM = Path("/etc/systemd/system")

_COMMAND = (sys.executable, "-P", "-m", "edm.api", "--foreground")

_USUAL = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin")
"""What services have as their path."""

_DEFAULT_HOME = "~/.edm"

_TEXT = """\
[Unit]
Description=EDM: domain models as running REST APIs ({home})
Wants=network-online.target
After=network-online.target
# However often it ends: what it looks after is still there.
StartLimitIntervalSec=0

[Service]
Type=notify
ExecStart={command}
{environment}
WorkingDirectory={home}
Restart=always
RestartSec=1
TimeoutStartSec=120
TimeoutStopSec=60
# The proxy and the instances go on serving while the control plane is away.
KillMode=process
# That one instance takes too much memory is no reason to end the others.
OOMPolicy=continue
UMask=0077
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
{further}
[Install]
WantedBy={target}
"""

_FURTHER = """\
LimitNOFILE=65536
ProtectSystem=full
ProtectControlGroups=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectClock=yes
"""
"""What only the system's own manager can promise."""


@dataclass(frozen=True, slots=True)
class Service:
    """A unit of a home: where its file is, and whose manager starts it.

    Attributes:
        path: The unit's file.
        system: Whether it is the machine's, and not one user's.
    """

    path: Path
    system: bool

    @property
    def name(self) -> str:
        """What ``systemctl`` calls it."""
        return self.path.name

    @property
    def manager(self) -> tuple[str, ...]:
        """The beginning of the commands that steer it."""
        return ("systemctl",) if self.system else ("systemctl", "--user")


def service(settings: Settings, *, system: bool) -> Service:
    """Return the unit of a home, whether or not it is there."""
    default = settings.home == Path(_DEFAULT_HOME).expanduser()
    mark = settings.run.name.rpartition("-")[2]
    name = "edm.service" if default else f"edm-{mark}.service"
    return Service((_SYSTEM if system else _own_units()) / name, system)


def text(settings: Settings, *, system: bool) -> str:
    """Return the unit of a home.

    Raises:
        Broken: The home's path cannot be written in one.
    """
    if not str(settings.home).isprintable():
        raise Broken("The home's path has characters that a unit cannot have. Choose another one.")
    environment = {"EDM_HOME": str(settings.home), "PATH": _path()} | chosen(settings)
    return _TEXT.format(
        home=str(settings.home).replace("%", "%%"),
        command=_command(),
        environment="\n".join(_told(key, value) for key, value in environment.items()),
        further=_FURTHER if system else "",
        target="multi-user.target" if system else "default.target",
    )


def write(unit: Service, content: str) -> None:
    """Put a unit's file in its place.

    Raises:
        OSError: It cannot be written.
    """
    unit.path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(unit.path, content.encode(), mode=0o644)


def managed() -> bool:
    """Return whether a service manager runs on this machine."""
    return Path("/run/systemd/system").is_dir()


def environment() -> Mapping[str, str]:
    """Return what ``systemctl`` needs to find its manager."""
    names = ("PATH", "HOME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")
    return {name: os.environ[name] for name in names if name in os.environ}


def units(settings: Settings) -> tuple[Unit, ...]:
    """Return the units there are for a home, and whether each would start it as it was started."""
    found = []
    for system in (True, False):
        path = service(settings, system=system).path
        if path.is_file():
            lines = path.read_text("utf-8", "replace").splitlines()
            current = f"ExecStart={_command()}" in lines
            found.append(Unit(str(path), current, tuple(_differing(lines, chosen(settings)))))
    return tuple(found)


def _differing(lines: Collection[str], wanted: Mapping[str, str]) -> Iterator[str]:
    """Yield the settings of which a unit says anything else than it should."""
    for row in SETTINGS:
        name = row.variable
        told = [line for line in lines if line.startswith(f'Environment="{name}=')]
        should = [_told(name, wanted[name])] if name in wanted else []
        if name != "EDM_HOME" and told != should:
            yield name


def _path() -> str:
    """Return where the service finds programs: the usual places, and where git and Caddy are."""
    found = (shutil.which(name) for name in ("git", "caddy"))
    places = (str(Path(path).parent) for path in found if path)
    return ":".join(dict.fromkeys((*_USUAL, *places)))


def _told(name: str, value: str) -> str:
    return f"Environment={_quoted(f'{name}={value}')}"


def _own_units() -> Path:
    base = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(base).expanduser() / "systemd" / "user"


def _command() -> str:
    return " ".join(_quoted(word).replace("$", "$$") for word in _COMMAND)


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'
