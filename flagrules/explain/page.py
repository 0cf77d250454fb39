"""Stories as one self-contained HTML page: no script, nothing fetched, every name inert."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from flagrules.explain import words as w
from flagrules.explain.basis import assumptions_of
from flagrules.explain.story import Story
from flagrules.explain.words import Lang
from flagrules.text.render import visible

_TEMPLATE = Path(__file__).with_name("page.html.j2")


def to_html(stories: Sequence[Story], lang: Lang = "zh") -> str:
    """The page. Names and rule texts are escaped, control characters shown as code points."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["visible"] = visible
    template = environment.from_string(_TEMPLATE.read_text("utf-8"))
    return template.render(stories=stories, lang=lang, w=w, assumptions=assumptions_of, t=lambda zh, en: zh if lang == "zh" else en)
