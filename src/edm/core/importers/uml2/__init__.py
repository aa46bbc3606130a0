"""UML 2 as XMI 2.x: the one reader that all tools' dialects share, and what each tool adds."""

from edm.core.importers.uml2.reader import read

__all__ = ["read"]
