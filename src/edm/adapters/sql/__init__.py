"""The control plane's own database."""
