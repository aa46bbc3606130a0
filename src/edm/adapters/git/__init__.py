"""Repositories kept by git itself, through its plumbing commands."""

from edm.adapters.git.repositories import GitRepositories

__all__ = ["GitRepositories"]
