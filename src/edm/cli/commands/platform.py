"""Commands on the platform itself."""
