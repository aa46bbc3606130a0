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
CANCELLED = Kind(
    "I014",
    Level.ERROR,
    "Somebody cancelled the operation.",
    "Nothing changed. Ask again whenever you like.",
)
TOO_LATE = Kind(
    "I015",
    Level.ERROR,
    "The operation cannot be cancelled any more.",
    "See what it led to with `edm show`; what was deployed can be rolled back.",
)
QUEUE_FULL = Kind(
    "I016",
    Level.ERROR,
    "As many requests as may wait for instances to wake are waiting already.",
    "Try again in a few seconds.",
)
TOO_MANY_WAKES = Kind(
    "I017",
    Level.ERROR,
    "The client has woken more instances than one without their keys may.",
    "Wait a minute, or send the instance's API key: `Authorization: Bearer KEY`.",
)
CANNOT_WAKE = Kind(
    "I018",
    Level.ERROR,
    "The instance cannot be woken now.",
    "Try again in a minute; the platform's operator sees why in control.log.",
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
MODEL_EDITED = Kind(
    "R003",
    Level.ERROR,
    "The model on `main` is not as it was generated, so nobody knows what the data is like.",
    "Clone the repository, take the model back with "
    "`git checkout origin/generated -- model/model.json`, commit, push, and deploy again.",
)
UNCHANGED = Kind(
    "R004",
    Level.INFO,
    "There was nothing new to release.",
    "Change the model, or push to `main`, then deploy again.",
)
NOT_THERE = Kind(
    "R005",
    Level.ERROR,
    "There is no such release to go back to.",
    "`edm releases` shows those there are.",
)
MAIN_STAYS = Kind(
    "R006",
    Level.INFO,
    "Going back changes what serves, not the repository.",
    "The next deploy goes on from `main`; revert there what shall not come back.",
)
MIGRATION_EDITED = Kind(
    "R008",
    Level.ERROR,
    "A migration was changed after its release: the data has seen it as it was.",
    "Clone the repository, take it back as the message says, and write the change as a further "
    "migration; commit, push, and deploy again.",
)
OTHER_MIGRATIONS = Kind(
    "R007",
    Level.ERROR,
    "The release to go back to does not know every migration of the data, or knows others.",
    "What serves goes on serving. Go back to a release with the same migrations, or behind one of "
    "your own as docs/howto/change-a-model.md says.",
)
MIRROR_URL = Kind(
    "R010",
    Level.ERROR,
    "The URL cannot be a mirror's.",
    "Give the https URL of a repository, without credentials: https://git.example.org/me/shop.git.",
)
MIRROR_LOGIN = Kind(
    "R011",
    Level.ERROR,
    "The credentials cannot be used.",
    "Give a user name without colons and spaces, and a token or password in plain ASCII.",
)
NO_TOKEN = Kind(
    "A001",
    Level.ERROR,
    "The request shows no valid token.",
    "Send `Authorization: Bearer TOKEN`; the first token is in the file `token` of the home.",
)
SCOPE_LACKING = Kind(
    "A002",
    Level.ERROR,
    "The token shown may not do this.",
    "Show a token with the scope that is named; `edm token list` shows what yours may.",
)
TOO_OFTEN = Kind(
    "A003",
    Level.ERROR,
    "Too many requests from this address showed no valid token.",
    "Wait as long as Retry-After says, and correct the token.",
)
USER_NAME = Kind(
    "A004",
    Level.ERROR,
    "The name cannot be a user's.",
    "Use 1 to 40 of a-z, 0-9, dots, hyphens and underscores, letters or digits at both ends.",
)
USER_TAKEN = Kind(
    "A005",
    Level.ERROR,
    "There is a user of this name already.",
    "Choose another name.",
)
LAST_ADMIN = Kind(
    "A006",
    Level.ERROR,
    "Without its last administrator nobody could administer the platform.",
    "Make another administrator first: edm user add NAME --admin.",
)
OWNS = Kind(
    "A007",
    Level.ERROR,
    "The user has instances.",
    "Delete them first; `edm list` shows an administrator whose they are.",
)
MORE_THAN_OWN = Kind(
    "A008",
    Level.ERROR,
    "Nobody can give away more than they have.",
    "Ask for scopes that your own token has: read, write, or admin for administrators.",
)
TOKEN_END = Kind(
    "A009",
    Level.ERROR,
    "The token cannot end then: it is over, or later than the end of the token that makes it.",
    "Choose a moment in between, or make the token with one that lasts longer.",
)
TOKEN_NAME = Kind(
    "A010",
    Level.ERROR,
    "The name cannot be a token's.",
    "Use 1 to 64 characters that can be read.",
)
SETTING = Kind(
    "A011",
    Level.ERROR,
    "The instance cannot be set so.",
    "Correct the value as the message says.",
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
FULL = Kind(
    "P005",
    Level.ERROR,
    "A user may have so many streams open at a time and no more.",
    "Close some that nobody reads, then try again.",
)
TOO_MUCH = Kind(
    "P006",
    Level.ERROR,
    "What is to be released is larger than a release may be.",
    "Remove what the server does not need from the branch main, then push again.",
)
