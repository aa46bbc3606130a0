"""git over HTTP, used by the git its users have."""
