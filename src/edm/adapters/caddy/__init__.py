"""The way in: Caddy, routing by names to the sockets of instances."""

from edm.adapters.caddy.ingress import CaddyIngress

__all__ = ["CaddyIngress"]
