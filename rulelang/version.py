"""The version of the package; the build reads it from here, so that a checkout knows it too."""

from __future__ import annotations

VERSION = "0.1.0"
