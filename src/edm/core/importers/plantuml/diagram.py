"""What has been read of a diagram so far: classes by name, lines that wait for all names."""

from dataclasses import dataclass, field

from edm.core.importers.plantuml.arrows import Line
from edm.core.importers.plantuml.lines import Statement
from edm.core.importers.plantuml.members import Member
from edm.core.importers.registry import Registry
from edm.core.model.draft import Tag

Path = tuple[str, ...]


@dataclass(slots=True)
class Box:
    """A class, interface or enumeration while it is being read.

    Attributes:
        id: Its identity in the draft.
        path: Names of the packages around it and its own, as other lines refer to it.
        name: As shown to people.
        line: Where it was first named.
        kind: The word that declared it (``class``, ``enum``, ...); empty if nothing did.
        abstract: Whether it was declared abstract.
        stereotypes: In order.
        tags: Constraints.
        members: Attributes with their lines.
        literals: Lines of an enumeration.
        notes: Texts of notes beside it.
        is_association: Whether it is an association class.
    """

    id: str
    path: Path
    name: str
    line: int
    kind: str = ""
    abstract: bool = False
    stereotypes: list[str] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    members: list[tuple[int, Member]] = field(default_factory=list)
    literals: list[tuple[int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_association: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line between classes, with where it stands."""

    line: Line
    statement: Statement
    scope: Path


@dataclass(slots=True)
class Diagram:
    """All that has been read.

    Attributes:
        split: Whether dots in names separate packages.
        registry: Ids given so far.
        boxes: By path, in the order of their first mention.
        lines: In the order of the file.
        remarks: Notes by their own name, until a line ties them to a class.
        packages: Names of packages by their alias.
        last: The class that was named last; notes without a target are about it.
    """

    split: bool
    registry: Registry = field(default_factory=Registry)
    boxes: dict[Path, Box] = field(default_factory=dict)
    lines: list[Drawn] = field(default_factory=list)
    remarks: dict[str, list[str]] = field(default_factory=dict)
    packages: dict[str, str] = field(default_factory=dict)
    last: Box | None = None
    _by_name: dict[str, list[Path]] = field(default_factory=dict)

    def declare(self, scope: Path, code: str, line: int) -> Box:
        """Return the class of this name in this package, a new one if there is none."""
        path = self._path(scope, code)
        if path not in self.boxes:
            given = self.registry.give("::".join(path))
            self.boxes[path] = Box(given, path, path[-1], line)
            self._by_name.setdefault(path[-1], []).append(path)
        self.last = self.boxes[path]
        return self.boxes[path]

    def find(self, scope: Path, code: str) -> Box | None:
        """Return the class that a name means at a place, None if there is none."""
        parts = self._parts(code)
        for depth in range(len(scope), -1, -1):
            if box := self.boxes.get((*scope[:depth], *parts)):
                return box
        same = self._by_name.get(parts[-1], []) if len(parts) == 1 else []
        return self.boxes[same[0]] if same else self._by_literal(code)

    def _by_literal(self, code: str) -> Box | None:
        # "Order::id" is the member of a class, unless "::" names packages.
        name = code.strip('"').partition("::")[0]
        same = self._by_name.get(name, [])
        return self.boxes[same[0]] if same else None

    def _path(self, scope: Path, code: str) -> Path:
        found = self.find(scope, code)
        inside = (*scope, *self._parts(code))
        return found.path if found and (found.path == inside or not found.kind) else inside

    def _parts(self, code: str) -> Path:
        if code.startswith('"') or not self.split:
            return (code.strip('"').strip(),)
        parts = [part for part in code.replace("::", ".").split(".") if part] or [code]
        packages = (self.packages.get(part, part) for part in parts[:-1])
        return (*packages, parts[-1])
