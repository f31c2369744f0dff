"""Attributes for assistive technology, under names Python can write."""

from __future__ import annotations

from typing import Any


def aria(**names: str) -> dict[str, Any]:
    """Return `aria-…` attributes: `aria(label="Menu")` is `aria-label="Menu"`."""
    return {f"aria-{name}": value for name, value in names.items()}
