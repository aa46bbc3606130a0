"""Importers: files written by hand, hostile files, and real ones."""
