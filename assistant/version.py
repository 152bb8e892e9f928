"""The name and version of this distribution; pyproject.toml reads the version from here."""

APP = "sr-assistant"
__version__ = "0.1.0"
