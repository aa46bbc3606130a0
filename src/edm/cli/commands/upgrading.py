"""The command that replaces what runs by what is installed.

Each imports what it needs when it runs, so that none waits for another's modules.
"""
# ruff: noqa: PLC0415

from edm.cli.app import Json, app
from edm.cli.commands.platform import Home


@app.command(short_help="Have the installed version run.")
def upgrade(*, home: Home = "", json: Json = False) -> None:
    """Have the installed version run in the place of the one that does.

    Install it first. Instances go on serving; what is under way is taken up again.
    """
    from edm.cli import standing, upgrading

    upgrading.upgrade(standing.of_home(home), json=json)
