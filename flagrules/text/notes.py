"""The short words beside a related place, Chinese and English."""

from __future__ import annotations

NOTES: dict[str, dict[str, str]] = {
    "declared": {"zh": "声明在此", "en": "declared here"},
    "first": {"zh": "先写在此", "en": "first written here"},
    "other": {"zh": "另一处在此", "en": "the other place"},
    "parent": {"zh": "上级规定在此", "en": "the higher text says so here"},
    "delegation": {"zh": "授权在此", "en": "delegated here"},
    "whole": {"zh": "总分在此", "en": "the whole is here"},
    "part": {"zh": "其中一部分", "en": "one of the parts"},
    "rule": {"zh": "规则行在此", "en": "the rule line"},
    "opened": {"zh": "从此处开始", "en": "opened here"},
    "same": {"zh": "与此行相同", "en": "the same as this line"},
}
