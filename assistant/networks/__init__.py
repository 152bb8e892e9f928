"""Networks that run: one file an architecture, one descriptor for all of them.

Importing this package does not import torch; ``build`` and ``create`` do.
"""

from __future__ import annotations

from assistant.networks.architectures import create
from assistant.networks.detect import build
from assistant.networks.network import Network

__all__ = ["Network", "build", "create"]
