"""The picture as one self-contained web page: ECharts inside it, nothing fetched, every name inert, whole without script."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from functools import cache
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from flagrules.report.shape import Both, Chart, Picture, Series, Text
from flagrules.text.render import visible

HERE = Path(__file__).parent
LIBRARY = HERE / "vendor" / "echarts.common.min.js"
LIMIT = 80
_WITHOUT_SCRIPT = Both("没有脚本就没有图，表里的数一个不少。", "Without script there are no charts; every figure stands in the tables.")
_UNSAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


@cache
def _text(name: str) -> str:
    return (HERE / name).read_text("utf-8")


def to_html(picture: Picture) -> str:
    """The page. Names are escaped, control characters shown; only the page's own two scripts may run, and nothing may be fetched."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["visible"] = visible
    environment.filters["groupby_runs"] = _runs
    library, code = LIBRARY.read_text("utf-8"), _text("charts.js")
    return environment.from_string(_text("page.html.j2")).render(
        picture=picture,
        css=_text("page.css"),
        library=library,
        code=code,
        data=data_of(picture),
        script_sources=" ".join(f"'sha256-{_hash(text)}'" for text in (library, code)),
        limit=LIMIT,
        more=_more,
        assessed=Both("评定日期", "assessed on"),
        without_script=_WITHOUT_SCRIPT,
    )


def _hash(text: str) -> str:
    """The digest by which a policy allows a script; browsers take it over the text as it stands in the page."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _more(rows: int) -> Both:
    zh = f"共 {rows} 行，这里列前 {LIMIT} 行，全部在 report.xlsx 里。"
    return Both(zh, f"{rows} rows, the first {LIMIT} shown; all are in report.xlsx.")


def _runs(columns: Iterable[tuple[str, str]]) -> list[tuple[str, int]]:
    """Kinds that stand beside one another, with how many columns each has."""
    return [(kind, len(list(found))) for kind, found in groupby(columns, key=lambda column: column[0])]


def data_of(picture: Picture) -> str:
    """The charts as JSON that cannot end the script element it stands in."""
    charts = [_chart(chart) for section in picture.sections for chart in section.charts]
    return json.dumps(charts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).translate(_UNSAFE)


def _chart(chart: Chart) -> dict[str, object]:
    return {
        "key": f"chart-{chart.key}",
        "title": _plain(chart.title),
        "categories": [_plain(text) for text in chart.categories],
        "series": [_series(item) for item in chart.series],
        "axis": _plain(chart.axis),
        "flat": chart.flat,
        "percent": chart.percent,
        "marks": _series(chart.marks) if chart.marks is not None else None,
    }


def _series(series: Series) -> dict[str, object]:
    says = [_plain(text) for text in series.says]
    return {"key": series.key, "name": _plain(series.name), "values": series.values, "says": says}


def _plain(text: Text) -> str | list[str]:
    return visible(text) if isinstance(text, str) else [visible(part) for part in text]
