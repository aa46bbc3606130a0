"""Backups as one file: a tar of plain files, compressed, the manifest first."""

from edm.adapters.archive.reading import Archive, opened
from edm.adapters.archive.writing import measure, write

__all__ = ["Archive", "measure", "opened", "write"]
