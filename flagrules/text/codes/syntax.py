"""FR1: lines that cannot be read."""

from __future__ import annotations

from flagrules.text.codes.entry import Code

TABLE: dict[str, Code] = {
    "FR100": Code(
        "这一行的开头“{word}”不是规则用语。{hint}", "'{word}' does not begin any rule line. {hint_en}",
        "行首可以写：{expected}", "a line may begin with: {expected}",
    ),
    "FR101": Code(
        "这里不能写“{word}”。{hint}", "'{word}' cannot stand here. {hint_en}",
        "此处可以写：{expected}", "what may stand here: {expected}",
    ),
    "FR102": Code(
        "括号“{bracket}”没有关上", "the bracket '{bracket}' is not closed",
        "在本行末尾关上括号；括号里的内容换行时要比本行缩进更深", "close it on this line, or indent the lines it goes on to more deeply",
    ),
    "FR103": Code(
        "缩进里有制表符或全角空格", "the margin holds tabs or full-width blanks",
        "改用半角空格，每层两个（flagrules fmt --fix 会改）", "use plain spaces, two a level (flagrules fmt --fix does it)",
    ),
    "FR104": Code(
        "缩进与上面任何一行都对不齐", "this indentation matches no line above",
        "与同级的上一行对齐，下级比上级多两个空格", "align it with the line of the same level; a lower level has two more blanks",
    ),
    "FR105": Code("这一行超过{limit}个字符", "this line is longer than {limit} characters", "拆成多行", "split it"),
    "FR106": Code("嵌套超过{limit}层", "nested more than {limit} deep", "拆成几条规则", "split it into several rules"),
    "FR107": Code(
        "“{word}”行不能写在“{parent}”下面", "a '{word}' line cannot stand under '{parent}'",
        "“{word}”可以写在：{homes}", "'{word}' may stand under: {homes}",
    ),
    "FR108": Code(
        "“{word}”几个词连在一起了", "'{word}' is several words written as one",
        "用空格分开：{split}（flagrules fmt --fix 会改）", "separate them: {split} (flagrules fmt --fix does it)",
    ),
    "FR109": Code(
        "字符“{char}”（{name}）不是规则里的字符，可能只是看起来像", "the character '{char}' ({name}) is not part of the language; it may only look like one",
        "重新输入这个字符", "type the character again",
    ),
    "FR110": Code(
        "数字{number}太长：整数最多18位，小数最多6位", "the number {number} is too long: at most 18 digits and 6 decimals",
        "缩短数字，或改用万元、亿元", "shorten it, or use a larger unit",
    ),
    "FR111": Code("没有{date}这一天", "there is no day {date}", "核对年月日", "check year, month and day"),
    "FR112": Code("这里应写分数，单位是“分”，不是“{unit}”", "points are written here, in 分, not in '{unit}'", "写成“20分”的样子", "write it like 20分"),
    "FR113": Code("“{text}”不是年份", "'{text}' is not a year", "写成“2021年”或“2022年起”", "write 2021年, or 2022年起 for that year and after"),
    "FR114": Code(
        "这一行没有写完", "this line is not finished",
        "后面还应写：{expected}", "what should follow: {expected}",
    ),
    "FR115": Code("文件里没有任何规则行", "the file has no rule line", "写入规则，或删去这个文件", "write rules in it, or remove it"),
}  # fmt: skip
