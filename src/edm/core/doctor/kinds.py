"""What an examination of a platform can find."""

from edm.core.problems import Kind, Level

PORT_TAKEN = Kind(
    "D001",
    Level.ERROR,
    "A port that the platform needs is taken by another program.",
    "Stop that program, or choose another port.",
)
MEMORY_LOW = Kind(
    "D002",
    Level.WARNING,
    "Little memory is left.",
    "Let more instances sleep, stop other programs, or add memory.",
)
DISK_LOW = Kind(
    "D003",
    Level.WARNING,
    "A disk is nearly full.",
    "Free some space soon: old backups and releases of instances are the first to look at.",
)
DISK_FULL = Kind(
    "D004",
    Level.ERROR,
    "A disk is full: nothing can be written, and so nothing deployed or stored.",
    "Free some space now.",
)
FILES_LOW = Kind(
    "D005",
    Level.ERROR,
    "A disk has room, but hardly any inodes for further files.",
    "Remove directories with many small files, or use a file system with more inodes.",
)
CLOCK_WRONG = Kind(
    "D006",
    Level.ERROR,
    "The clock is behind what is known to have happened.",
    "Set the clock, best by a time service: certificates and the order of events depend on it.",
)
TOOL_MISSING = Kind(
    "D007",
    Level.ERROR,
    "A program that the platform needs is missing or does not work.",
    "Install it.",
)
TOOL_OLD = Kind(
    "D008",
    Level.ERROR,
    "A program that the platform needs is too old.",
    "Install a newer version.",
)
PROXY_DOWN = Kind(
    "D009",
    Level.ERROR,
    "The proxy does not run although the control plane does: no instance is reached.",
    "Run `edm up`; if it stays so, read ingress/caddy.log in the home.",
)
PROXY_SILENT = Kind(
    "D010",
    Level.ERROR,
    "The proxy runs and does not answer.",
    "Run `edm down`, then `edm up`; read ingress/caddy.log in the home.",
)
PROXY_OUTDATED = Kind(
    "D011",
    Level.WARNING,
    "The proxy runs with other settings than these.",
    "Run `edm up` with the settings that are meant, after `edm down`.",
)
CERTIFICATE_EXPIRES = Kind(
    "D012",
    Level.WARNING,
    "A certificate ends soon and was not renewed.",
    "See that the names resolve to this machine and its ports are reached; read caddy.log.",
)
CERTIFICATE_EXPIRED = Kind(
    "D013",
    Level.ERROR,
    "A certificate has ended.",
    "See that the names resolve to this machine and its ports are reached; read caddy.log.",
)
OPEN = Kind(
    "D014",
    Level.ERROR,
    "Others on this machine may read or write what is the platform's alone.",
    "Run `edm doctor --fix`.",
)
FOREIGN = Kind(
    "D015",
    Level.ERROR,
    "Something in the home belongs to another user.",
    "Give it to the user who runs the platform with chown, and run edm as that user.",
)
NO_TOKEN = Kind(
    "D016",
    Level.ERROR,
    "The home has no token for the command line, although the platform runs.",
    "Run `edm down`, then `edm up`: it makes a new one.",
)
SOCKET_LONG = Kind(
    "D017",
    Level.ERROR,
    "The path of a socket may be longer than the system allows.",
    "Set XDG_RUNTIME_DIR to a shorter path.",
)
SOCKET_STALE = Kind(
    "D018",
    Level.WARNING,
    "Nobody listens at a socket.",
    "Run `edm doctor --fix`; the next start removes it too.",
)
TORN = Kind(
    "D019",
    Level.INFO,
    "A write that was cut short has left something.",
    "Run `edm doctor --fix`.",
)
STRAY = Kind(
    "D020",
    Level.ERROR,
    "A process of this home runs that nothing knows of.",
    "Run `edm doctor --fix`.",
)
UNKNOWN = Kind(
    "D021",
    Level.WARNING,
    "Data of an instance is there that the platform does not know.",
    "Nothing removes it unasked. Look at it, keep what is needed, and remove it yourself.",
)
FORKS_DOWN = Kind(
    "D022",
    Level.ERROR,
    "The fork server does not run although the control plane does: nothing can be started.",
    "Run `edm up`; if it stays so, read forkserver.log in the home.",
)
DATABASE_BROKEN = Kind(
    "D023",
    Level.ERROR,
    "The control plane's own database is damaged.",
    "Stop the platform; `edm restore FILE --replace` brings a backup back and keeps what is there.",
)
INSTANCE_BROKEN = Kind(
    "D024",
    Level.ERROR,
    "The database of an instance is damaged. The others go on.",
    "Stop it with `edm stop`, keep a copy of the file, and put a backup in its place.",
)
UNCHECKED = Kind(
    "D025",
    Level.INFO,
    "The time did not suffice to check all databases.",
    "Run `edm doctor` again when less is going on.",
)
CONTROL_DOWN = Kind(
    "D026",
    Level.INFO,
    "No control plane runs on this home.",
    "Start one with `edm up`.",
)
CONTROL_SILENT = Kind(
    "D027",
    Level.ERROR,
    "The control plane runs and does not answer.",
    "Read control.log in the home; end it with `edm down` and start it with `edm up`.",
)
VERSION_OLD = Kind(
    "D028",
    Level.WARNING,
    "What runs is of another version than what is installed.",
    "Run `edm upgrade`, or `edm down` and `edm up`.",
)
UNIT_OUTDATED = Kind(
    "D029",
    Level.WARNING,
    "The service that starts with the machine is not the one that would be written now.",
    "Run `edm service install` again.",
)
PORT_MOVES = Kind(
    "D030",
    Level.INFO,
    "A port is taken by another program; the platform would take the next free one.",
    "Nothing has to be done. To have this port, stop that program.",
)
READ_ONLY = Kind(
    "D031",
    Level.ERROR,
    "A place that the platform writes to is read-only, or not this user's to write.",
    "Mount it for writing, or run edm as the user whose platform it is.",
)
UNIT_DIFFERS = Kind(
    "D032",
    Level.WARNING,
    "The service that starts with the machine has other settings than the platform's last start.",
    "Run `edm service install` with the options that shall hold; it takes over what runs.",
)
CONTROL_GONE = Kind(
    "D033",
    Level.ERROR,
    "The control plane is gone while the proxy serves: instances that sleep are not woken.",
    "Run `edm up`: it goes on where it stopped. `edm down` stops all of it.",
)
