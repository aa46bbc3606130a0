"""What is looked at, as values. None means that it could not be found out, or is not there."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Disk:
    """A file system: what is kept there, and its bytes and files, in all and free.

    ``writable`` says whether the platform may write at that place.
    """

    use: str
    path: str
    size: int
    free: int
    files: int
    files_free: int
    writable: bool = True


@dataclass(frozen=True, slots=True)
class Port:
    """A port the platform wants.

    Attributes:
        number: The port.
        use: What for.
        option: What chooses another one.
        holder: Which program of others listens there; None if none does.
        fixed: Whether no other port will do.
    """

    number: int
    use: str
    option: str
    holder: str | None
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Tool:
    """A program the platform needs; ``version`` is None if it is not there or does not work."""

    name: str
    version: str | None
    least: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or a directory: whose it is, and what its mode lets others do."""

    path: str
    ours: bool
    mode: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate the proxy has, when it ends, and whether it is one of a few hours only."""

    name: str
    expires: datetime
    short: bool = False


@dataclass(frozen=True, slots=True)
class Proxy:
    """The proxy: whether it runs and answers, and does so with the configuration of now."""

    running: bool
    answers: bool
    current: bool
    certificates: tuple[Certificate, ...] = ()


@dataclass(frozen=True, slots=True)
class Control:
    """The control plane: its process, its version and the one installed, and what it last wrote.

    Attributes:
        pid: Its process; 0 if none runs.
        answers: Whether it answers.
        version: Of what runs; empty if nothing does.
        installed: Of what is installed.
        locked: Whether something holds the home's lock.
        database: What is wrong with its database; empty if nothing is, None if there is none.
        token: Whether the command line finds a token.
        last: When the newest thing in the home happened.
    """

    pid: int
    answers: bool
    version: str
    installed: str
    locked: bool
    database: str | None
    token: bool
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something that belongs to nothing: a process (``pid:ticks``) or a path, and what it is."""

    target: str
    what: str


@dataclass(frozen=True, slots=True)
class Ailing:
    """An instance whose database is damaged or cannot be read, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Unit:
    """The service that starts the platform with the machine.

    Attributes:
        path: Its file.
        current: Whether that runs what is installed here.
        differing: The variables of settings that it gives other values than the platform was
            started with.
    """

    path: str
    current: bool
    differing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is looked at.

    Attributes:
        home: The platform's home.
        now: The time.
        memory: Bytes of memory, in all.
        available: Bytes of memory that can be used.
        disks: Where the platform writes.
        ports: What it wants to listen on.
        tools: Programs it needs.
        entries: Files and directories of which others should know nothing.
        longest_socket: Bytes of the longest path of a socket.
        stale: Sockets at which nobody listens.
        torn: What writes that were cut short have left.
        strays: Processes of this home that no record knows.
        unknown: Directories and repositories of instances that the database does not know.
        ailing: Instances whose database is damaged.
        unchecked: Instances for which the time did not suffice.
        proxy: The proxy.
        control: The control plane.
        forks: Whether the fork server runs; None if nothing is to.
        units: Services that start a platform with the machine.
    """

    home: str
    now: datetime
    memory: int
    available: int
    disks: tuple[Disk, ...]
    ports: tuple[Port, ...]
    tools: tuple[Tool, ...]
    entries: tuple[Entry, ...]
    longest_socket: int
    proxy: Proxy
    control: Control
    stale: tuple[str, ...] = ()
    torn: tuple[str, ...] = ()
    strays: tuple[Leftover, ...] = ()
    unknown: tuple[Leftover, ...] = ()
    ailing: tuple[Ailing, ...] = ()
    unchecked: tuple[str, ...] = ()
    forks: bool | None = None
    units: tuple[Unit, ...] = ()
