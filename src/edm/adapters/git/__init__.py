"""Repositories kept by git itself, through its plumbing commands."""

from edm.adapters.git.http_backend import HttpBackend
from edm.adapters.git.repositories import GitRepositories

__all__ = ["GitRepositories", "HttpBackend"]
