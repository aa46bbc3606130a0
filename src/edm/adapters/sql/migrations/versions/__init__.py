"""Migrations run by path, not imported."""
