"""The control plane's pages."""
