"""Many prompt files, questions or batch lines in; verified answers out, nothing lost or paid twice.

`Job` is the whole of it; `find` names its inputs.
"""

from __future__ import annotations

from assistant.bulk.estimates import estimated
from assistant.bulk.job import Job
from assistant.bulk.options import Options
from assistant.bulk.runner import Progress
from assistant.bulk.sources import find

__all__ = ["Job", "Options", "Progress", "estimated", "find"]
