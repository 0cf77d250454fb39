"""One comparable form of scraped Chinese text, so that a quotation finds its place whatever the scraping did to the page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

# To Unicode these are radicals, not characters, so NFKC leaves them alone; converters from PDF write them for characters.
_RADICALS = dict(
    zip(
        "⺁⺄⺈⺊⺌⺍⺎⺒⺓⺛⺜⺝⺞⺠⺧⺩⺫⺬⺯⺰⺲⺶⺹⺻⺼⺽⻁⻄⻅⻆⻉⻋⻑⻒⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲",
        "厂乙刀卜小小兀巳幺旡日月歺民牛王目示糸纟罒羊耂聿月臼虎西见角贝车长长长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齐齿齿龙龙龟龟",
        strict=True,
    )
)
_QUOTES = "“”„‟‘’‚‛「」『』﹁﹂﹃﹄〝〞'`´＂＇"
_DASHES = "—–―‐‑‒─━−~～〜∼－﹣﹘"
_SIGNS = {**dict.fromkeys(_QUOTES, '"'), **dict.fromkeys(_DASHES, "-"), "•": "·", "・": "·", "‧": "·", "●": "·"}
# A gloss always carries a tone, which keeps (km) and (App) out; scripts of some sites write ɡ and ɑ for g and a.
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
_GLOSS = re.compile(rf"(?<=[\u3400-\u9fff\U00020000-\U0003ffff])\((?=[^()]*[{_TONED}])[a-zɡɑü{_TONED}]{{1,7}}\)")
_RUNS = re.compile(r"-{2,}")


@cache
def _simplifier() -> Callable[[str], str]:
    from opencc import OpenCC  # loading its tables takes a while, and most commands compare nothing

    return OpenCC("t2s").convert


@cache
def _fold(char: str) -> str:
    # One character at a time: a phrase table would turn a phrase and the text around it into different characters.
    if char.isspace() or unicodedata.category(char) in ("Cc", "Cf"):
        return ""
    if char in _SIGNS:
        return _SIGNS[char]
    if unicodedata.category(char) == "No":
        return char  # NFKC would let ① before 5 pass for 15
    plain = "".join(_RADICALS.get(part, part) for part in unicodedata.normalize("NFKC", char) if not part.isspace())
    if plain.isascii():
        return "".join(_SIGNS.get(part, part) for part in plain)
    return "着" if plain == "著" else _simplifier()(plain)


def normalise(text: str) -> str:
    """The comparable form of `text`; never for display.

    Compatibility forms and radicals become characters, full width becomes half width, traditional becomes simplified; white
    space, line breaks and invisible characters go; quotation marks become `"`, dashes and tildes one `-`; a pinyin gloss in
    brackets after a character goes. Figures are never touched.
    """
    folded = "".join(_fold(char) for char in unicodedata.normalize("NFC", text))
    return _RUNS.sub("-", _GLOSS.sub("", folded))
