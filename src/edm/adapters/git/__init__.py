"""Repositories kept by git itself."""
