"""The formatter of generated sources."""
