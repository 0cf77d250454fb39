"""A story as plain text, for a terminal or a letter."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from flagrules.explain import words as w
from flagrules.explain.basis import assumptions_of
from flagrules.explain.story import BlockStory, GateStory, MoneyStory, Story, TermStory, TierStory, ValueStory
from flagrules.explain.words import Lang
from flagrules.semantics.ruleset import RuleLine
from flagrules.text.render import visible

_MARK = {"passed": "✓", "failed": "✗", "open": "?", "not_reached": "·"}


def to_text(story: Story, lang: Lang = "zh") -> str:
    """The whole story."""
    return "\n".join(_lines(story, lang))


def _pick(lang: Lang, zh: str, en: str) -> str:
    return zh if lang == "zh" else en


def _lines(story: Story, lang: Lang) -> Iterator[str]:
    unit, title = story.unit.unit, story.title
    about = [part for part in (unit.id, unit.kind, story.place) if part]
    yield visible(f"{unit.name}（{'，'.join(about)}）" if lang == "zh" else f"{unit.name} ({', '.join(about)})")
    yield visible(w.header(story, lang))
    outcome = w.OUTCOME[title.outcome][lang]
    gap = _pick(lang, "　", ", ")
    of = f"{gap}{w.scored(story, lang)}" if story.whole is not None else ""
    graded = f"{gap}{w.grade(title, lang)}" if title.grades else ""
    yield f"{title.name}{w.colon(lang)}{outcome}{of}{graded}"
    if title.outcome == "undetermined":
        yield _pick(lang, "可能的结果：", "possible: ") + "、".join(w.OUTCOME[item][lang] for item in sorted(title.possible))
    yield ""
    yield _pick(lang, "一、每一道关", "1. Every gate")
    for gate in story.gates:
        yield from _gate(gate, lang)
    if story.whole is not None:
        yield from _indicators(story, lang)
    elif story.body.values:
        yield ""
        yield _pick(lang, "二、算出来的数", "2. Figures worked out")
        yield from _values(story.body, "  ", lang)
    yield from _changes(story, lang)
    yield from _open(story, lang)
    yield from _tiers(story, lang)
    yield from _basis(story, lang)


def _indicators(story: Story, lang: Lang) -> Iterator[str]:
    yield ""
    yield _pick(lang, "二、每一个指标", "2. Every indicator")
    if lost := w.losses(story, lang):
        yield visible(_pick(lang, f"  失分：{lost}", f"  points lost: {lost}"))
    if story.body.children:
        yield from _values(story.body, "  ", lang)
    for child in story.body.children or (story.body,):
        yield from _block(child, 1, lang)
    if story.body.children:
        yield from _decided(story.body, "  ", lang)


def _where(line: RuleLine, lang: Lang) -> str:
    county = _pick(lang, f"［{line.authority} 的规定］", f" [refined by {line.authority}]") if line.authority else ""
    return f"{line.id}{county}"


def _quote(line: RuleLine, indent: str, lang: Lang) -> Iterator[str]:
    yield visible(f"{indent}{_where(line, lang)}  {line.text.split('〔')[0].strip()}")
    if cited := w.source(line, lang):
        yield visible(f"{indent}  〔{cited}〕" if lang == "zh" else f"{indent}  [{cited}]")


def _gate(gate: GateStory, lang: Lang) -> Iterator[str]:
    yield f"  {_MARK[gate.passed]} {w.GATE[gate.why][lang]}{w.colon(lang)}{w.PASSED[gate.passed][lang]}"
    yield from _condition(gate, lang)


def _condition(gate: GateStory, lang: Lang) -> Iterator[str]:
    yield from _quote(gate.line, "      ", lang)
    for item in gate.tests:
        yield f"      {w.comparison(item, lang)}"
    yield from _read(gate, "      ", lang)


def _decided(block: BlockStory, indent: str, lang: Lang) -> Iterator[str]:
    for line, why in block.decided:
        if w.WHY.get(why, {}).get(lang):
            yield f"{indent}{w.WHY[why][lang]}{w.colon(lang).rstrip()}"
            yield from _quote(line, indent + "  ", lang)


def _block(block: BlockStory, depth: int, lang: Lang) -> Iterator[str]:
    indent = "  " * depth
    yield f"{indent}{block.name}{w.colon(lang)}{w.points(block.points, lang)}{w.out_of(block, lang)}"
    if block.replaces is not None:
        yield _pick(lang, f"{indent}  县级规定：", f"{indent}  the county's line:")
        yield from _quote(block.line, indent + "    ", lang)
        yield _pick(lang, f"{indent}  代替市级规定：", f"{indent}  in place of the city's:")
        for line in block.city or (block.replaces,):
            yield from _quote(line, indent + "    ", lang)
    yield from _decided(block, indent + "  ", lang)
    if block.exempt:
        return
    yield from _values(block, indent + "  ", lang)
    for term in block.terms:
        yield from _term(term, indent + "  ", lang)
    for child in block.children:
        yield from _block(child, depth + 1, lang)


def _values(block: BlockStory, indent: str, lang: Lang) -> Iterator[str]:
    for value in block.values:
        named = _pick(lang, "中间值", "value")
        yield visible(f"{indent}{named} {value.name} = {w.value_of(value.value, value.kind, lang)}")
        yield from _quote(value.line, indent + "  ", lang)
        yield from _read(value, indent + "  ", lang)


def _tiers(story: Story, lang: Lang) -> Iterator[str]:
    if not story.tiers:
        return
    yield ""
    yield _pick(lang, "等次和补贴", "Tiers and money")
    for tier in story.tiers:
        yield from _tier(tier, lang)


def _tier(tier: TierStory, lang: Lang) -> Iterator[str]:
    yield visible(f"  {_MARK[tier.gate.passed]} {tier.name}{w.colon(lang)}{w.REACHED[tier.reached][lang]}")
    yield from _condition(tier.gate, lang)
    for paid in tier.money:
        yield from _money(paid, lang)


def _money(paid: MoneyStory, lang: Lang) -> Iterator[str]:
    yield visible(f"      {paid.payer}{w.colon(lang)}{w.money(paid.amount, lang)}")
    for line, why in paid.decided:
        if said := w.WHY.get(why, {}).get(lang):
            yield f"        {said}{w.colon(lang).rstrip()}"
        yield from _quote(line, "        ", lang)
    for read in paid.reads:
        yield visible(f"        {w.fact(read, lang)}")


def _read(item: GateStory | TermStory | ValueStory, indent: str, lang: Lang) -> Iterator[str]:
    """The facts something was worked out from, and the rows of the lists among them."""
    for read in item.reads:
        yield visible(f"{indent}{w.fact(read, lang)}")
    for figure in item.lists:
        yield visible(f"{indent}{w.figure(figure, lang)}")
        yield from (visible(f"{indent}  {w.row(row, lang)}") for row in figure.near)
        if far := w.far(figure, lang):
            yield f"{indent}  {far}"


def _term(term: TermStory, indent: str, lang: Lang) -> Iterator[str]:
    several = len(term.lines) > 1
    yield f"{indent}→ {w.points(term.points, lang)}" + (_pick(lang, "（以下各行都可能）", " (any of these lines)") if several else "")
    seen: set[str] = set()
    for line, _ in term.lines:
        if line.id not in seen:
            seen.add(line.id)
            yield from _quote(line, indent + "  ", lang)
    yield from _read(term, indent + "  ", lang)


def _changes(story: Story, lang: Lang) -> Iterator[str]:
    if story.title.outcome != "refused":
        return
    yield ""
    number = _pick(lang, "三、", "3. ") if story.whole is not None or story.body.values else _pick(lang, "二、", "2. ")
    yield number + _pick(lang, "只改一项事实，怎样才能授予（每一条都重新算过）", "Which single fact would turn it (each replayed)")
    if not story.changes:
        yield _pick(lang, "  没有哪一项事实单独改变就能授予", "  no single fact would")
    for read, change in story.changes:
        after = w.value_of(change.after, read.kind, lang)
        before = w.value_of(change.before, read.kind, lang)
        then = _pick(lang, "得分变为", "points become")
        score = w.points(change.score, lang)
        said = f"（{then} {score}）" if lang == "zh" else f" ({then} {score})"
        said = said if story.whole is not None else ""
        yield visible(f"  {read.name}{w.colon(lang)}{before} → {after}{said}")


def _open(story: Story, lang: Lang) -> Iterator[str]:
    if not story.open:
        return
    yield ""
    yield _pick(lang, "还不知道的事实", "What is not known yet")
    for read, item in story.open:
        weight = (
            _pick(lang, "能改变结果", "can change the outcome") if item.weight == "confirmed" else _pick(lang, "可能有影响", "may matter")
        )
        yield visible(f"  {w.fact(read, lang)}{_pick(lang, '　', '  ')}{weight}")


def _basis(story: Story, lang: Lang) -> Iterator[str]:
    assumed, cited = assumptions_of(story), story.clauses
    if cited:
        yield ""
        yield _pick(lang, "依据的条款", "Clauses it rests on")
        for document, clauses in groupby(cited, key=w.document):
            yield visible(f"  {document}")
            yield from (visible(f"    {w.clause(clause, lang)}") for clause in clauses)
    if assumed:
        yield ""
        yield _pick(lang, "文件没有说、由规则假定的", "What the documents leave open and the rules assume")
        for item in assumed:
            yield visible(f"  {item.reason} ← {_pick(lang, '、', ', ').join(item.lines)}")
