"""The ingress: Caddy, routing by names."""
