"""The comparable form of texts: what scraping did is undone, what the text says is kept."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flagrules.documents.normalise import _RADICALS, normalise

SAME = {
    "Kangxi radicals": ("五⾯红旗⽰范村", "五面红旗示范村"),
    "Kangxi radical of a traditional character": ("星级⽂明⼾", "星级文明户"),
    "radicals of the supplement": ("⺠主⻓期⻛貌", "民主长期风貌"),
    "traditional characters": ("關於創建社區黨組織的實施方案", "关于创建社区党组织的实施方案"),
    "著 and 着": ("沿著", "沿着"),
    "pinyin gloss": ("關(guān)于創(chuàng)建", "关于创建"),
    "gloss in full-width brackets": ("字（zì）典", "字典"),
    "gloss with combining tone marks": ("區(qu\u0304)長", "区长"),
    "gloss with the script g of some sites": ("鄉(xiānɡ)村", "乡村"),
    "gloss broken over lines": ("創(chu\nàng)建", "创建"),
    "phrase broken over lines": ("三⾯以\n\n上达到\r\n 15%以上", "三面以上达到15%以上"),
    "full-width figures and signs": ("１５％（含）", "15%(含)"),
    "ideographic space": ("党建　示范", "党建示范"),
    "zero-width and soft hyphen": ("红\u200b旗\u00ad村\ufeff", "红旗村"),
    "curly quotes": ("“5好”‘两委’", "\"5好\"'两委'"),
    "corner quotes": ("「5好」『两委』", "“5好”‘两委’"),
    "dashes": ("3—5个", "3-5个"),
    "wave dash": ("3～5个", "3–5个"),
    "double dash": ("主旋律——河津", "主旋律—河津"),
    "middle dots": ("村・社区", "村·社区"),
    "compatibility ideograph": ("\uf9fd立", "什立"),
}


@pytest.mark.parametrize("name", SAME)
def test_scraped_and_clean_words_compare_equal(name: str) -> None:
    scraped, clean = SAME[name]
    assert normalise(scraped) == normalise(clean)


DIFFERENT = {
    "a figure": ("15%以上", "16%以上"),
    "a circled number is no digit": ("①5个", "15个"),
    "a superscript is no digit": ("5²个", "52个"),
    "a unit in brackets stays": ("公里(km)", "公里"),
    "a word in brackets stays": ("应用(App)", "应用"),
    "a Chinese remark in brackets stays": ("村(社区)", "村"),
    "a gloss needs a character before it": ("A(zì)", "A"),
    "以上 and 以下": ("三面以上", "三面以下"),
    "comma and enumeration comma": ("村,社区", "村、社区"),
    "a decimal point": ("2.5亿", "25亿"),
    "a percent sign": ("15%", "15"),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_the_text_says_is_kept(name: str) -> None:
    left, right = DIFFERENT[name]
    assert normalise(left) != normalise(right)


def test_radicals_become_characters_and_nfkc_does_not_do_it_alone() -> None:
    for radical, character in _RADICALS.items():
        assert unicodedata.name(radical).startswith("CJK RADICAL")
        assert unicodedata.normalize("NFKC", radical) == radical
        assert unicodedata.name(character).startswith("CJK UNIFIED IDEOGRAPH")


@given(st.text("创建創(chuàng)⾯—“1５%①\n 著", max_size=20), st.text("建區(qū)⽰-”3％² ", max_size=20))
def test_it_is_stable_and_a_part_is_found_in_its_whole(left: str, right: str) -> None:
    assert normalise(normalise(left)) == normalise(left)
    assert normalise("甲" + left + "。") in normalise("甲" + left + "。" + "乙" + right)


def test_nothing_remains_of_white_space() -> None:
    assert normalise(" \n\t\u3000\u00a0\u2028") == ""
