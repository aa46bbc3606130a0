"""The table of settings: what an operator may decide."""

from dataclasses import dataclass

from edm.settings.reading import Read, address, as_it_is, domain, one_of, up_to, yes_or_no

_LAST_PORT = 65535
_GIGABYTE = 1024**3
_MONTH = 31 * 24 * 3600
_MANY = 1_000_000


@dataclass(frozen=True, slots=True)
class Setting:
    """A row of the table.

    Attributes:
        variable: Environment variable that sets it.
        field: Field of ``Settings`` it sets; empty if only clients read it.
        default: What holds without it, as text.
        meaning: One sentence for the reference.
        read: How its text is read.
    """

    variable: str
    field: str
    default: str
    meaning: str
    read: Read = as_it_is


SETTINGS = (
    Setting("EDM_HOME", "home", "~/.edm", "Directory of everything that must survive a restart."),
    Setting(
        "EDM_BIND",
        "bind",
        "127.0.0.1",
        "Address instances are reached at: 0.0.0.0 or :: for all of the machine's. The"
        " control plane's own port is never reached from outside.",
        address,
    ),
    Setting(
        "EDM_PORT",
        "port",
        "8000",
        "Port of the control plane on this machine; the next free one if taken.",
        up_to(_LAST_PORT),
    ),
    Setting(
        "EDM_INGRESS_PORT",
        "ingress_port",
        "8080",
        "Port instances are reached at; the next free one if taken. With certificates, 443"
        " unless it is set, and never another one.",
        up_to(_LAST_PORT),
    ),
    Setting(
        "EDM_HTTP_PORT",
        "http_port",
        "80",
        "Port that sends plain requests to the one with certificates.",
        up_to(_LAST_PORT),
    ),
    Setting(
        "EDM_DOMAIN",
        "domain",
        "localhost",
        "Instances are reached at NAME.<domain>; with certificates, the control plane at"
        " edm.<domain>.",
        domain,
    ),
    Setting(
        "EDM_RUNTIME", "runtime", "process", "What runs instances: process.", one_of("process")
    ),
    Setting(
        "EDM_UPLOAD_LIMIT",
        "upload_limit",
        "33554432",
        "Bytes of the largest model file.",
        up_to(_GIGABYTE),
    ),
    Setting(
        "EDM_TLS",
        "tls",
        "auto",
        "Certificates of a domain: auto (fetched), internal (Caddy's own authority) or off.",
        one_of("auto", "internal", "off"),
    ),
    Setting(
        "EDM_SLEEP_AFTER",
        "sleep_after",
        "900",
        "Seconds without a request after which an instance sleeps unless it says otherwise; 0"
        " for never.",
        up_to(_MONTH),
    ),
    Setting("EDM_MEMORY_LIMIT", "memory_limit", "512", "MiB an instance may use.", up_to(_MANY)),
    Setting(
        "EDM_FILES_LIMIT",
        "files_limit",
        "4096",
        "Files an instance may have open.",
        up_to(_MANY),
    ),
    Setting(
        "EDM_PROCESSES_LIMIT",
        "processes_limit",
        "64",
        "Processes an instance may start.",
        up_to(_MANY),
    ),
    Setting(
        "EDM_WAKE_QUEUE",
        "wake_queue",
        "256",
        "Requests that may wait for one instance to wake.",
        up_to(_MANY),
    ),
    Setting(
        "EDM_WAKE_RATE",
        "wake_rate",
        "60",
        "Instances that one client without a key may wake in a minute; 0 for no limit.",
        up_to(_MANY),
    ),
    Setting(
        "EDM_PUSH_LIMIT",
        "push_limit",
        "104857600",
        "Bytes of the largest git push.",
        up_to(_GIGABYTE),
    ),
    Setting(
        "EDM_MIRROR_PRIVATE",
        "mirror_private",
        "no",
        "Whether repositories may be mirrored to private addresses and without https: yes or no.",
        yes_or_no,
    ),
    Setting(
        "EDM_URL",
        "",
        "that of `edm login`, else of the home",
        "Control plane the command line talks to.",
    ),
    Setting(
        "EDM_TOKEN", "", "that of `edm login`, else of the home", "Token the command line shows."
    ),
)
