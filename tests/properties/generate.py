"""Random programmes with every unit-level form, and random units for them: the same seed makes the same rules and facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from flagrules.facts.table import Cell, Entry, Parts, Row, Rows, State
from flagrules.pipeline import Compiled
from flagrules.text.findings import Findings, Stopped
from flagrules.text.source import CellPlace, Span
from tests.rulekit import HEAD, NA, Plain, compiled, entry, indented

FACTS = """\
事实 甲：次数 0次~12次 可不适用
事实 乙：次数 0次~6次
事实 丙：是否 可不适用
事实 丁：选项（红、黄、蓝）
事实 己：选项（大、小）
事实 戊：清单（子、丑、寅） 可不适用
事实 率：比例
事实 额：金额（万元） 0万元~50万元
事实 名字：文本
事实 会：记录（起） 0起~6起
  字段 级：选项（重、轻）
  字段 数：人数 0人~9人
参数 线：次数 = 3次
参数 标：次数 按 丁
  其中 红 2次
  其中 黄 4次
  其中 蓝 6次
"""
NULLABLE = ("甲", "丙", "戊")
SIMPLE = (
    "甲 {n}次以上", "甲 不满{n}次", "甲 = {n}次", "甲 ≠ {n}次", "乙 超过{m}次", "乙 {m}次以下", "丙", "丁 = 红", "丁 ≠ 蓝", "己 = 大",
    "戊 含 子", "戊 齐全", "甲 + 乙 {n}次以上", "甲 - 乙 {m}次以上", "较大值（甲，乙） {n}次以上", "较小值（甲，乙） {m}次以下",
    "甲 {m}次以上 {n}次以下", "乙 = 甲", "甲 乙 以上", "达到项数（甲 {n}次以上、乙 {m}次以上、丙） 2项以上", "若（丙，甲，乙） {m}次以上",
    "舍去（乙 ÷ 2，0位） 1次以上", "率 {p}%以上", "率 不满{p}%", "额 {n}万元以上", "额 超过{m}万元", "字数（名字） {n}字以下",
    "会 {m}起以上", "个数（会，其中 级 = 重） {m}起以上", "合计（会，数） {n}人以上", "平均（会，数，没有则 0人） {m}人以上",
    "最大（会，数，没有则 0人） {n}人以上", "合计（会，数，同一 级 取最高） {n}人以上", "甲 线 以上", "乙 标 以上", "乙 - 上年 乙 1次以上",
    "乙 - 甲 -{m}次以上", "甲 - 乙 超过-{m}次", "上年 甲 {n}次以上",
)  # fmt: skip
FLOORS = ("扣完为止", "最多扣{k}分", "不设下限")
GAPS = ("每{e}次 甲 高于 乙 扣{e}分", "每{e}次 甲 低于 {n}次 扣{e}分", "每{e}个百分点 率 低于 {p}% 扣{e}分")
GAINS = (
    "每1次 乙 得{e}分，封顶 {k}分", "每{e}次 甲 低于 {n}次 得{e}分，不足一步不计，封顶 7分", "每1万元 额 加1分，不足一步按比例，封顶 {k}分",
)  # fmt: skip
REPEATS = ("每1次 乙 扣{e}分，逐次翻倍", "每1次 甲 扣{e}分，第二次起加倍", "每1起 会 扣{e}分", "每缺1项 戊 扣{e}分")
SHARES = ("按比例 甲 ÷ （乙 + 1次），保留1位 四舍五入，不封顶", "按比例 率，精确，封顶 {p}%", "按比例 乙 ÷ 7次，保留0位 舍去")
EVENTS = ("每1起 会 其中 级 = 重 扣{e}分", "每1起 会 其中 数 {e}人以上 扣{e}分")
MATRIX = (
    "矩阵 丁 × 己 扣，最多扣{k}分\n  列 大、小\n  行 红：{e}分、{m}分\n  行 黄：{n}分、{e}分\n  行 蓝：{m}分、{m}分"
)
STEPS = ("不足一步不计", "不足一步按比例", "不足一步按一步")
Facts = dict[str, Plain | tuple[tuple[str, int], ...]]


@dataclass(frozen=True)
class Item:
    """An indicator of a generated programme; `better` says of each fact it reads in one direction only which way is good."""

    body: str
    whole: int
    better: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Made:
    """A programme that `check` lets pass: its text, its indicators by number, and what it compiled to."""

    text: str
    items: Mapping[str, Item]
    compiled: Compiled
    refused: int


class Maker:
    """Lines drawn from a random source."""

    def __init__(self, source: Random) -> None:
        self.random = source

    def fill(self, text: str) -> str:
        """Numbers for the marks of a template."""
        draw = self.random.randint
        while "{" in text:
            mark = text[text.index("{") : text.index("}") + 1]
            value = {"{n}": draw(0, 12), "{m}": draw(0, 6), "{p}": draw(1, 99), "{k}": draw(1, 20), "{e}": draw(1, 4)}[mark]
            text = text.replace(mark, str(value), 1)
        return text

    def pick(self, *texts: str) -> str:
        """One of several templates, filled."""
        return self.fill(self.random.choice(texts))

    def condition(self, depth: int = 2) -> str:
        """A condition."""
        kind = self.random.random()
        if depth == 0 or kind < 0.5:
            return self.pick(*SIMPLE)
        if kind < 0.65:
            return f"非 （{self.condition(depth - 1)}）"
        return f"（{self.condition(depth - 1)}） {self.random.choice('且或')} （{self.condition(depth - 1)}）"

    def term(self) -> str:
        """One term, whichever form it has."""
        forms: tuple[Callable[[], str], ...] = (
            lambda: f"当 {self.condition()}，" + self.pick("得{k}分，否则 得{k}分", "得{k}分", "扣{k}分，" + self.pick(*FLOORS)),
            lambda: self.pick(f"分档\n  当 {self.condition()}，得{{k}}分\n  当 {self.condition()}，得{{k}}分\n  其余 得{{k}}分"),
            self.bands,
            lambda: f"{self.pick(*GAPS)}，{self.random.choice(STEPS)}，{self.pick(*FLOORS)}",
            lambda: self.pick(*GAINS),
            lambda: f"当 {self.condition(1)}，得（若（丙，{self.pick('{k}分')}，9分））",
            lambda: f"{self.pick(*REPEATS)}，{self.pick(*FLOORS)}",
            lambda: self.pick("按公式 乙 ÷ 3次 × 6分，精确", "按公式 乙 × {e}分 + 若（己 = 大，{e}分，0分），精确"),
            lambda: self.pick(*SHARES),
            lambda: self.pick(MATRIX),
            lambda: f"{self.pick(*EVENTS)}，{self.pick(*FLOORS)}",
        )
        return self.fill(self.random.choice(forms)())

    def bands(self) -> str:
        """Bands over one fact, in any order of points."""
        low, high = sorted(self.random.sample(range(1, 12), 2))
        a, b, c = (self.random.randint(0, 20) for _ in range(3))
        name = self.random.choice(("甲 次", "率 %", "额 万元"))
        fact, unit = name.split()
        return f"分档 {fact}\n  {high}{unit}以上 得{a}分\n  {low}{unit}以上 不满{high}{unit} 得{b}分\n  其余 得{c}分"

    def item(self) -> Item:
        """An indicator of any shape."""
        lines = [self.term() for _ in range(self.random.choice((1, 1, 2, 3)))]
        if self.random.random() < 0.15:
            lines.insert(0, "中间值 中 = 乙 + 乙\n" + self.pick("当 中 {n}次以上，得{k}分", "每2次 中 扣1分，不足一步不计，扣完为止"))
        floor = self.pick("扣完为止", "不设下限")
        lines = [line.replace("扣完为止", floor).replace("不设下限", floor) for line in lines]
        asked = any(name in line for name in NULLABLE for line in lines)
        below = self.pick("保底 -{k}分")
        limits = ((), (), ("封顶 15分",), ("保底 2分",), (below,), ("封顶 18分", "限扣 12分"), ("取最高",), ("取最低",))
        lines += self.random.choice(limits)
        if self.random.random() < 0.15:
            lines.append(f"免检 当 {self.condition(1)}，则 {self.pick('得满分', '得{m}分')}")
        if self.random.random() < 0.15:
            lines.append(f"一票否决 当 {self.condition(1)}，则 {self.pick('本项不得分', '扣{e}分')}")
        if asked:
            policy = self.pick("得满分", "不计分", "得7分", "折算", "按同组平均，没有则 {m}分，保留1位 四舍五入")
            lines.append(f"不适用 {self.pick('', '', '当 乙 = 0次，', '当 丁 = 黄 或 乙 = 0次，')}则 {policy}")
        return Item("\n".join(dict.fromkeys(lines)), self.random.choice((20, 20, 40, 200)))

    def steady(self) -> Item:
        """An indicator where more of a good fact, or less of a bad one, never scores less."""
        low, mid, high = sorted(self.random.sample(range(1, 12), 3))
        points = sorted(self.random.sample(range(21), 3))
        top = min(high, 6)
        forms = (
            (f"分档 乙\n  {top}次以上 得{points[2]}分\n  其余 得{points[0]}分", ("乙", 1)),
            (f"分档 额\n  {high}万元以上 得{points[2]}分\n  {low}万元以上 不满{high}万元 得{points[1]}分\n  其余 得{points[0]}分",
             ("额", 1)),
            (f"每{low}个百分点 率 低于 {mid * 8}% 扣{points[0]}分，{self.random.choice(STEPS)}，扣完为止", ("率", 1)),
            (f"每{low}次 乙 得{points[0]}分，不足一步不计，封顶 {points[2]}分", ("乙", 1)),
            (f"按比例 率，保留1位 四舍五入，封顶 {low * 8}%", ("率", 1)),
            (f"每1次 乙 扣{points[0]}分，{self.pick('逐次翻倍，', '第二次起加倍，', '')}{self.pick(*FLOORS)}", ("乙", -1)),
        )  # fmt: skip
        body, better = self.random.choice(forms)
        return Item(body + self.random.choice(("", "\n保底 2分", "\n封顶 17分")), 20, (better,))

    def extras(self) -> list[str]:
        """Lines of the title beside its indicators."""
        lines = [f"前提 {self.condition(1)}"] if self.random.random() < 0.4 else []
        lines += [f"一票否决 当 {self.condition(1)}，则 本称号不授"] if self.random.random() < 0.4 else []
        lines += ["等级 甲等 得分 60分以上", "等级 乙等 得分 20分以上"] if self.random.random() < 0.4 else []
        lines += ["加分项 J1 补：5分\n  每1次 乙 加2分，不封顶"] if self.random.random() < 0.4 else []
        lines += ["扣分项 K1 罚：6分\n  每1起 会 扣2分，扣完为止"] if self.random.random() < 0.4 else []
        return lines


def text_of(items: Mapping[str, Item], extras: list[str], take: str) -> str:
    """The text of a programme: the first two indicators stand in a group of their own."""
    numbers = list(items)
    total = sum(item.whole for item in items.values())
    lines = [HEAD.rstrip(), FACTS.rstrip(), f"称号 牌 适用 村：{total}分", f"  授予 得分 {max(total // 2, 1)}分以上"]
    lines += [indented(extra, 2) for extra in extras]
    inside = numbers[:2] if take or total % 3 else []
    if inside:
        lines.append(f"  方面 一：{sum(items[number].whole for number in inside)}分")
        lines += [f"    {take}"] if take and len({items[number].whole for number in inside}) == 1 else []
    for number, item in items.items():
        blanks = 4 if number in inside else 2
        lines.append(" " * blanks + f"指标 {number} N{number}：{item.whole}分")
        lines.append(indented(item.body, blanks + 2))
    return "\n".join(lines) + "\n"


def make(seed: str, count: int = 10) -> Made | None:
    """A programme of up to `count` indicators; those whose author would be told of an error are left out (`refused` of them)."""
    maker = Maker(Random(seed))
    items = {str(n): maker.steady() if n % 4 == 0 else maker.item() for n in range(1, count + 1)}
    extras, take = maker.extras(), maker.random.choice(("", "", "取最高", "取最低"))
    while len(items) > 2:
        text = text_of(items, extras, take)
        findings = Findings()
        try:
            return Made(text, dict(items), compiled(text, findings=findings), count - len(items))
        except Stopped:
            wrong = _wrong(text, findings)
            if wrong:
                items = {number: item for number, item in items.items() if number not in wrong}
            elif extras or take:
                extras, take = [], ""
            else:
                return None
    return None


def _wrong(text: str, findings: Findings) -> set[str]:
    """The numbers of the indicators in which errors stand."""
    owner, owners = "", [""]
    for line in text.split("\n"):
        words = line.split()
        if words[:1] == ["指标"]:
            owner = words[1]
        elif words and len(line) - len(line.lstrip()) <= 2:
            owner = ""
        owners.append(owner)
    spans = [item.place for item in findings.errors if isinstance(item.place, Span)]
    return {owners[span.line] for span in spans} - {""}


# ── units ──
def value_of(name: str, source: Random) -> Plain | tuple[tuple[str, int], ...]:
    """A value of a fact, edges more often than chance."""
    absent = source.random() < 0.12
    match name.removeprefix("上年"):
        case "甲":
            return NA if absent else source.randint(0, 12)
        case "乙":
            return source.randint(0, 6)
        case "丙":
            return NA if absent else source.random() < 0.5
        case "丁":
            return source.choice(("红", "黄", "蓝"))
        case "己":
            return source.choice(("大", "小"))
        case "戊":
            return {part: NA if absent or source.random() < 0.1 else source.random() < 0.6 for part in ("子", "丑", "寅")}
        case "率":
            return Fraction(source.choice((source.randint(0, 10_000), 100 * source.randint(0, 100))), 10_000)
        case "额":
            return Fraction(source.choice((source.randint(0, 50_000_000), 1_000_000 * source.randint(0, 50))), 100)
        case "名字":
            return "字" * source.randint(1, 12)
        case _:
            return tuple((source.choice(("重", "轻")), source.randint(0, 9)) for _ in range(source.randint(0, 6)))


NAMES = ("甲", "乙", "丙", "丁", "己", "戊", "率", "额", "名字", "会", "上年甲", "上年乙")


def unit(source: Random) -> Facts:
    """All facts of a unit."""
    return {name: value_of(name, source) for name in NAMES}


def facts_of(made: Compiled, given: Facts) -> Callable[[str, int], Entry | None]:
    """The facts as an engine asks for them; what is not named is unknown."""
    specs = made.plan.facts

    def facts(name: str, back: int) -> Entry | None:
        value = given.get(f"上年{name}" if back else name)
        if value is None:
            return None
        if isinstance(value, tuple):
            place = CellPlace("facts.csv", "", 2, name)
            return Rows(tuple(Row(_fields(*row), place) for row in value), filed=True)
        return entry(name, value, type(specs[name].kind).__name__)

    return facts


def _fields(grade: str, number: int) -> dict[str, Cell]:
    return {"级": Cell(State.KNOWN, grade), "数": Cell(State.KNOWN, Fraction(number))}


__all__ = ["NAMES", "Facts", "Item", "Made", "Maker", "Parts", "facts_of", "make", "unit", "value_of"]
