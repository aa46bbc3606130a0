"""The settings of one control plane, and what follows from them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from edm.ports.places import api_socket, run_directory, wake_socket
from edm.settings.kept import kept, kept_file
from edm.settings.reading import written
from edm.settings.table import SETTINGS, Setting

__all__ = [
    "SETTINGS",
    "Deadlines",
    "Setting",
    "Settings",
    "chosen",
    "from_environment",
    "of_home",
    "to_environment",
]

_ROWS = tuple(row for row in SETTINGS if row.field)
"""What is the control plane's, and not its clients'."""

_VARIABLES = frozenset(row.variable for row in _ROWS)
_HOME = "EDM_HOME"

_HTTPS = 443
"""Where instances are reached if they have certificates and nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds each thing may take before it fails. Wide: they catch what hangs, not what is slow.

    Attributes:
        read: Import, check and generate a model.
        generate: Lay out the generated source.
        commit: Commit it.
        build: Build what the runtime starts.
        backup: Copy its database before it is migrated.
        start: Start an instance until it is ready.
        stop: Stop an instance, its last requests answered.
        remove: Delete everything an instance has.
        wake: Hold a request whose instance starts.
        ingress: Have the proxy answer.
    """

    read: float = 30.0
    generate: float = 30.0
    commit: float = 60.0
    build: float = 60.0
    backup: float = 600.0
    start: float = 30.0
    stop: float = 15.0
    remove: float = 60.0
    wake: float = 25.0
    ingress: float = 15.0


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one control plane. ``SETTINGS`` has their meaning."""

    home: Path
    run: Path
    bind: str = "127.0.0.1"
    port: int = 8000
    ingress_port: int = 8080
    http_port: int = 80
    domain: str = "localhost"
    runtime: str = "process"
    upload_limit: int = 32 * 1024 * 1024
    tls: str = "auto"
    sleep_after: int = 900
    memory_limit: int = 512
    files_limit: int = 4096
    processes_limit: int = 64
    wake_queue: int = 256
    wake_rate: int = 60
    push_limit: int = 100 * 1024 * 1024
    mirror_private: bool = False
    deadlines: Deadlines = field(default_factory=Deadlines)

    @property
    def secure(self) -> bool:
        """Whether instances and the control plane are reached by HTTPS."""
        return _secure(self.tls, self.domain)

    @property
    def database_url(self) -> str:
        """The control plane's own database."""
        return f"sqlite+aiosqlite:///{self.home / 'control.db'}"

    @property
    def control_socket(self) -> Path:
        """Where the proxy asks for instances to be woken."""
        return wake_socket(self.run)

    @property
    def api_socket(self) -> Path:
        """Where the proxy reaches the control plane's pages and API."""
        return api_socket(self.run)

    @property
    def operator_file(self) -> Path:
        """The secret with which the platform reads what instances say of themselves."""
        return self.home / "operator.key"

    @property
    def log_file(self) -> Path:
        """The control plane's log, JSON lines."""
        return self.home / "control.log"

    @property
    def token_file(self) -> Path:
        """The first administrator's token; readable by its owner only."""
        return self.home / "token"

    @property
    def settings_file(self) -> Path:
        """What the platform was started with; readable by its owner only."""
        return kept_file(self.home)

    @property
    def platform_file(self) -> Path:
        """Where and as which process the control plane runs."""
        return self.home / "platform.json"


def from_environment(environment: Mapping[str, str], **given: str | int | Path | None) -> Settings:
    """Return the settings of the next start.

    They are what is given, else what the environment says, else what the home was started with
    before, else the default.

    Raises:
        EdmError: A value cannot be used; the message says which.
    """
    said = _said(environment) | {
        name: str(value) for name, value in given.items() if value is not None
    }
    home = _home(said)
    return _read(home, environment, _said(kept(home) or {}) | said)


def of_home(environment: Mapping[str, str], **given: str | int | Path | None) -> Settings:
    """Return the settings a home was last started with, whatever the environment says now.

    Of a home that never was, those of its first start.

    Args:
        environment: Says which home is meant, and where its sockets are.
        given: The home, and what holds instead of what it was started with.

    Raises:
        EdmError: A value cannot be used; the message says which.
    """
    first = from_environment(environment, **given)
    if kept(first.home) is None:
        return first
    others = {name: text for name, text in environment.items() if name not in _VARIABLES}
    return from_environment(others, **given | {"home": first.home})


def chosen(settings: Settings) -> dict[str, str]:
    """Return the environment variables of what differs from the defaults, the home apart."""
    usual = {row.variable: row.default for row in _ROWS}
    if settings.secure:
        usual["EDM_INGRESS_PORT"] = str(_HTTPS)
    told = to_environment(settings)
    return {name: told[name] for name in told if name != _HOME and told[name] != usual[name]}


def to_environment(settings: Settings) -> dict[str, str]:
    """Return the environment variables from which the same settings are read."""
    return {row.variable: written(getattr(settings, row.field)) for row in _ROWS}


def _said(environment: Mapping[str, str]) -> dict[str, str]:
    return {row.field: environment[row.variable] for row in _ROWS if row.variable in environment}


def _home(said: Mapping[str, str]) -> Path:
    return Path(said.get("home", "~/.edm")).expanduser().absolute()


def _read(home: Path, environment: Mapping[str, str], said: Mapping[str, str]) -> Settings:
    found = {row.field: row.read(row.field, said.get(row.field, row.default)) for row in _ROWS}
    if "ingress_port" not in said and _secure(found["tls"], found["domain"]):
        found["ingress_port"] = _HTTPS
    del found["home"]
    return Settings(home, run_directory(home, environment, os.geteuid()), **found)


def _secure(tls: str, domain: str) -> bool:
    return tls != "off" and domain != "localhost"
