"""Generating, made ready: who imports this before forking spares each fork the templates."""

from edm.core.generate.render import compile_templates

compile_templates()
