"""What routes are given: the control plane, who asks, and parts of the request."""

from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from edm.ports.store import Principal
from edm.wiring.platform import Platform

Here = NamedDependency[SkipValidation[Platform]]
"""The control plane that answers."""

Who = NamedDependency[SkipValidation[Principal]]
"""Who asks."""

Text = FromPath[str]
"""A part of the path."""
