"""Measuring: how well search ranks, with intervals and the failures named."""

from __future__ import annotations
