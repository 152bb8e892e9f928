"""Conversations over one closed world that grows with what was shown."""

from __future__ import annotations

from assistant.chat.conversation import Chat
from assistant.chat.state import Reply, State

__all__ = ["Chat", "Reply", "State"]
