"""Names: what the model says, and the safe words every identifier is made of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """A name as the model writes it, and as code, SQL, paths and URLs may use it.

    Attributes:
        original: As the model writes it. For titles and descriptions only, always escaped there.
        words: At least one; each matches ``[a-z0-9]+``, the first begins with a letter. Checks
            have already made them unique where they must be.
    """

    original: str
    words: tuple[str, ...]

    @property
    def snake(self) -> str:
        """``order_line``: JSON fields, columns, tables, modules."""
        return "_".join(self.words)

    @property
    def kebab(self) -> str:
        """``order-line``: paths of URLs."""
        return "-".join(self.words)

    @property
    def pascal(self) -> str:
        """``OrderLine``: classes of code."""
        return "".join(word.capitalize() for word in self.words)

    @property
    def text(self) -> str:
        """``order line``: prose."""
        return " ".join(self.words)
