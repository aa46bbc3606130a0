"""What an operator may decide, in one table, and what follows from it."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from edm.ports.errors import EdmError
from edm.ports.places import api_socket, run_directory, wake_socket


@dataclass(frozen=True, slots=True)
class Setting:
    """A row of the table of settings.

    Attributes:
        variable: Environment variable that sets it.
        field: Field of ``Settings`` it sets; empty if only clients read it.
        default: What holds without it, as text.
        meaning: One sentence for the reference.
    """

    variable: str
    field: str
    default: str
    meaning: str


SETTINGS = (
    Setting("EDM_HOME", "home", "~/.edm", "Directory of everything that must survive a restart."),
    Setting(
        "EDM_BIND",
        "bind",
        "127.0.0.1",
        "Address instances are reached at: 0.0.0.0 or :: for all of the machine's. The control"
        " plane's own port is never reached from outside.",
    ),
    Setting(
        "EDM_PORT",
        "port",
        "8000",
        "Port of the control plane on this machine; the next free one if taken.",
    ),
    Setting(
        "EDM_INGRESS_PORT",
        "ingress_port",
        "8080",
        "Port instances are reached at; the next free one if taken. With certificates, 443 unless"
        " it is set, and never another one.",
    ),
    Setting(
        "EDM_HTTP_PORT",
        "http_port",
        "80",
        "Port that sends plain requests to the one with certificates.",
    ),
    Setting(
        "EDM_DOMAIN",
        "domain",
        "localhost",
        "Instances are reached at NAME.<domain>; with certificates, the control plane at"
        " edm.<domain>.",
    ),
    Setting("EDM_RUNTIME", "runtime", "process", "What runs instances: process."),
    Setting("EDM_UPLOAD_LIMIT", "upload_limit", "33554432", "Bytes of the largest model file."),
    Setting(
        "EDM_TLS",
        "tls",
        "auto",
        "Certificates of a domain: auto (fetched), internal (Caddy's own authority) or off.",
    ),
    Setting(
        "EDM_SLEEP_AFTER",
        "sleep_after",
        "900",
        "Seconds without a request after which an instance sleeps unless it says otherwise; 0 for"
        " never.",
    ),
    Setting("EDM_MEMORY_LIMIT", "memory_limit", "512", "MiB an instance may use."),
    Setting("EDM_FILES_LIMIT", "files_limit", "4096", "Files an instance may have open."),
    Setting("EDM_PROCESSES_LIMIT", "processes_limit", "64", "Processes an instance may start."),
    Setting(
        "EDM_WAKE_QUEUE", "wake_queue", "256", "Requests that may wait for one instance to wake."
    ),
    Setting(
        "EDM_WAKE_RATE",
        "wake_rate",
        "60",
        "Instances that one client without a key may wake in a minute; 0 for no limit.",
    ),
    Setting("EDM_PUSH_LIMIT", "push_limit", "104857600", "Bytes of the largest git push."),
    Setting(
        "EDM_MIRROR_PRIVATE",
        "mirror_private",
        "no",
        "Whether repositories may be mirrored to private addresses and without https: yes or no.",
    ),
    Setting("EDM_URL", "", "read from the home", "Control plane the command line talks to."),
    Setting("EDM_TOKEN", "", "read from the home", "Token the command line shows."),
)

RUNTIMES = ("process",)
"""What can run instances."""

TLS = ("auto", "internal", "off")
"""Where certificates come from."""


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
        return self.tls != "off" and self.domain != "localhost"

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
    def platform_file(self) -> Path:
        """Where and as which process the control plane runs."""
        return self.home / "platform.json"


def from_environment(environment: Mapping[str, str], **given: str | int | Path | None) -> Settings:
    """Return the settings: what is given, else what the environment says, else the default.

    Raises:
        EdmError: A value cannot be used; the message says which.
    """
    read = _Reader(environment, given)
    home = Path(read.text("home")).expanduser().absolute()
    domain, tls = read.domain("domain"), read.choice("tls", TLS)
    secure = tls != "off" and domain != "localhost"
    return Settings(
        home=home,
        run=run_directory(home, environment, os.geteuid()),
        bind=read.address("bind"),
        port=read.number("port", most=_LAST_PORT),
        ingress_port=read.number("ingress_port", most=_LAST_PORT, other=_HTTPS if secure else ""),
        http_port=read.number("http_port", most=_LAST_PORT),
        domain=domain,
        runtime=read.choice("runtime", RUNTIMES),
        upload_limit=read.number("upload_limit", most=_LARGEST_UPLOAD),
        tls=tls,
        sleep_after=read.number("sleep_after", most=_MONTH),
        memory_limit=read.number("memory_limit", most=_MANY),
        files_limit=read.number("files_limit", most=_MANY),
        processes_limit=read.number("processes_limit", most=_MANY),
        wake_queue=read.number("wake_queue", most=_MANY),
        wake_rate=read.number("wake_rate", most=_MANY),
        push_limit=read.number("push_limit", most=_LARGEST_UPLOAD),
        mirror_private=read.choice("mirror_private", ("no", "yes")) == "yes",
    )


_LAST_PORT = 65535
_HTTPS = "443"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)*(?!\d+$){_LABEL}")
_LONGEST_DOMAIN = 200
"""Characters that leave room for the instances' names before it."""
_LARGEST_UPLOAD = 1024**3
_MONTH = 31 * 24 * 3600
_MANY = 1_000_000


class _Reader:
    """Reads settings by field: what was given, else the environment, else the table's default."""

    def __init__(
        self, environment: Mapping[str, str], given: Mapping[str, str | int | Path | None]
    ) -> None:
        self._environment = environment
        self._given = given
        self._rows = {row.field: row for row in SETTINGS if row.field}

    def text(self, field: str, other: str = "") -> str:
        """Return a setting; ``other`` instead of the table's default, if given."""
        row, given = self._rows[field], self._given.get(field)
        default = other or row.default
        return str(self._environment.get(row.variable, default) if given is None else given)

    def domain(self, field: str) -> str:
        text = self.text(field).lower()
        if len(text) > _LONGEST_DOMAIN or _DOMAIN.fullmatch(text) is None:
            raise EdmError(f"{field} must be a domain such as example.org, not {text!r}.")
        return text

    def address(self, field: str) -> str:
        text = self.text(field)
        try:
            return str(ip_address(text))
        except ValueError:
            raise EdmError(
                f"{field} must be an address of this machine such as 0.0.0.0, not {text!r}."
            ) from None

    def number(self, field: str, *, most: int, other: str = "") -> int:
        text = self.text(field, other)
        if not text.isascii() or not text.isdigit() or int(text) > most:
            raise EdmError(f"{field} must be a number from 0 to {most}, not {text!r}.")
        return int(text)

    def choice(self, field: str, choices: tuple[str, ...]) -> str:
        text = self.text(field)
        if text not in choices:
            raise EdmError(f"{field} must be one of {', '.join(choices)}, not {text!r}.")
        return text
