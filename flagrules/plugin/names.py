"""Which names a plugin may use: ids, county codes, versions, and the names of its files."""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 100
_ID = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_CODE = re.compile(r"[1-9][0-9]{5}")
_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+){1,3}(?:[-+.]?[a-z]+[0-9]*)?")
_SUFFIX = re.compile(r"\.[a-z0-9]{1,20}")


def is_id(text: str) -> bool:
    """Whether `text` can be the id of a plugin, pack or report format: a–z, 0–9, single hyphens or underscores, at most 100."""
    return len(text) <= MAX_NAME and _ID.fullmatch(text) is not None


def is_county_code(text: str) -> bool:
    """Whether `text` is a six-digit code of an administrative division (GB/T 2260), in ASCII digits."""
    return _CODE.fullmatch(text) is not None


def is_version(text: str) -> bool:
    """Whether `text` is a version such as 0.1.0 or 2.0rc1."""
    return len(text) <= MAX_NAME and _VERSION.fullmatch(text) is not None


def is_suffix(text: str) -> bool:
    """Whether `text` is a file suffix such as .csv, in small letters."""
    return _SUFFIX.fullmatch(text) is not None


def is_plain(text: str) -> bool:
    """Whether every character of `text` can be seen: no control, direction, zero-width or unpaired character."""
    return not any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for char in text)


def is_title(text: str) -> bool:
    """Whether `text` can be a name shown to people: 1 to 100 visible characters, no blank at either end."""
    return 0 < len(text) <= MAX_NAME and is_plain(text) and text == text.strip()


def is_file_name(text: str) -> bool:
    """Whether `text` names a file the same way on every machine: visible, composed (NFC), no separator, 100 at most."""
    plain = is_title(text) and not set(text) & set('/\\:*?"<>|')
    return plain and text not in (".", "..") and unicodedata.is_normalized("NFC", text)
