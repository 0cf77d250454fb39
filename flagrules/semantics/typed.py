"""An expression with its kind: what resolving a written value gives."""

from __future__ import annotations

from flagrules.model import kinds as k
from flagrules.semantics import expr as e

Typed = tuple[e.Expr, k.Kind | None]
"""Kind None: a bare number, which takes any numeric kind only when it is 0."""
FALLBACK: Typed = (e.ZERO, None)
"""What stands for a value that was told as wrong."""
BOOL = k.YesNo()
