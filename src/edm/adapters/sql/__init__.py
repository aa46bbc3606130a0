"""The store in an SQL database."""

from edm.adapters.sql.store import SqlStore, open_store

__all__ = ["SqlStore", "open_store"]
