"""What the code table says of one finding."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """Words of a finding. `zh`/`en`: one headline; `fix_zh`/`fix_en`: what to write instead. Placeholders are `{name}`."""

    zh: str
    en: str
    fix_zh: str = ""
    fix_en: str = ""
    severity: str = "error"
