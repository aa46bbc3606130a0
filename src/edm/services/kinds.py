"""What can be wrong with what the control plane is asked to do."""

from edm.core.problems import Kind, Level

NAME_INVALID = Kind(
    "I001",
    Level.ERROR,
    "The name cannot be an instance's: it becomes a host name, a directory and a repository.",
    "Use 1 to 40 of a-z, 0-9 and hyphens, beginning and ending with a letter or digit.",
)
NAME_RESERVED = Kind(
    "I002",
    Level.ERROR,
    "The name is kept for the platform itself.",
    "Choose another name, for example with a word in front.",
)
NAME_TAKEN = Kind(
    "I003",
    Level.ERROR,
    "Somebody else has an instance of this name.",
    "Choose another name.",
)
BUSY = Kind(
    "I004",
    Level.ERROR,
    "Another operation on the instance is under way; there is one at a time.",
    "Wait until it has ended, then try again.",
)
STOPPED = Kind(
    "I005",
    Level.ERROR,
    "The instance is stopped, and a stopped instance is never woken.",
    "Its owner can start it with `edm start`.",
)
NOT_YET = Kind(
    "I006",
    Level.ERROR,
    "The instance is being made and does not serve yet.",
    "Try again in a few seconds.",
)
FAILED = Kind(
    "I007",
    Level.ERROR,
    "The instance failed and does not serve.",
    "Its owner sees why with `edm show` and `edm logs`.",
)
NOT_READY = Kind(
    "I008",
    Level.ERROR,
    "The new release did not become ready.",
    "Read `edm logs`, correct the model or the rules, and deploy again.",
)
ACCESS_UNKNOWN = Kind(
    "I009",
    Level.ERROR,
    "There is no such kind of access.",
    "Use public, read-public or private.",
)
NOTHING_PUBLISHED = Kind(
    "R001",
    Level.ERROR,
    "The instance's repository has nothing that could be released.",
    "Deploy a model file: edm deploy FILE --name NAME.",
)
CONFLICT = Kind(
    "R002",
    Level.ERROR,
    "What was generated and what the owner changed contradict each other.",
    "Clone the repository, merge the branch `generated` into `main`, push, and deploy again.",
)
NO_TOKEN = Kind(
    "A001",
    Level.ERROR,
    "The request shows no valid token.",
    "Send `Authorization: Bearer TOKEN`; the first token is in the file `token` of the home.",
)
BROKEN = Kind(
    "P001",
    Level.ERROR,
    "A tool or the machine failed.",
    "Put it right as the message says, then try again.",
)
LATE = Kind(
    "P002",
    Level.ERROR,
    "A step took longer than it may and was ended.",
    "Try again; if it stays so, the machine is too busy or something hangs: see the log.",
)
DEFECT = Kind(
    "P003",
    Level.ERROR,
    "EDM itself made a mistake.",
    "Try again; if it stays so, report it with the lines of control.log in the home.",
)
TOO_LARGE = Kind(
    "P004",
    Level.ERROR,
    "The request is larger than the control plane takes.",
    "Send a smaller file, or raise EDM_UPLOAD_LIMIT.",
)
