"""Workers on other machines for what takes time: answers, grades, vectors. Ray is the engine.

`Workers` is the whole of it; `RayEngine` finds them.
"""

from __future__ import annotations

from assistant.cluster.engine import NoWorkersError
from assistant.cluster.ray_engine import RayEngine
from assistant.cluster.workers import Workers

__all__ = ["NoWorkersError", "RayEngine", "Workers"]
