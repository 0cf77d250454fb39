"""FR1: lines that cannot be read."""

from __future__ import annotations

from flagrules.text.codes.entry import Code

TABLE: dict[str, Code] = {
    "FR100": Code(
        "规则行不能以“{word}”开头。{hint}", "no rule line begins with '{word}'. {hint_en}",
        "行首可以写：{expected}", "a line may begin with: {expected_en}",
    ),
    "FR101": Code(
        "这里不能写“{word}”。{hint}", "'{word}' cannot stand here. {hint_en}",
        "此处可以写：{expected}", "what may stand here: {expected_en}",
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
        "后面还应写：{expected}", "what should follow: {expected_en}",
    ),
    "FR115": Code("文件里没有任何规则行", "the file has no rule line", "写入规则，或删去这个文件", "write rules in it, or remove it"),
    "FR116": Code("规则里不这样写：“{word}”", "the language does not write it this way: '{word}'", "{advice}", "{advice_en}"),
    "FR117": Code(
        "引号“{quote}”没有关上", "the quote {quote} is not closed",
        "在文字后面加上 {closing}；引文要写在同一行里", "put {closing} after the text; quoted text stays on one line",
    ),
    "FR118": Code(
        "“{word}”里的数字要用阿拉伯数字", "numbers are written in digits, not as in '{word}'",
        "写成“20分”“80%”的样子", "write 20 points, or 80%",
    ),
    "FR119": Code(
        "“{word}”不是规则里的日期写法", "'{word}' is not how a date is written",
        "写成 2021年5月28日，年月日要写全", "write 2021-05-28, with year, month and day",
    ),
    "FR120": Code(
        "数字与单位之间多了空格", "a blank stands between a number and its unit",
        "连起来写：{text}（flagrules fmt --fix 会改）", "write them together: {text} (flagrules fmt --fix does it)",
    ),
    "FR121": Code(
        "“{word}”前面少了{missing}", "something is missing before '{word}'",
        "在“{word}”前面写：{missing}", "write before '{word}': {missing_en}",
    ),
    "FR122": Code("“{word}”在这里应写成{right}", "'{word}' is written {right_en} here", "改成{right}", "write {right_en}"),
    "FR123": Code("这里的文字要放在引号里", "the text here must be quoted", "写成 {quoted}", "write {quoted}"),
    "FR124": Code(
        "“{word}”是规则用语，不能作名称", "'{word}' is a word of the language and cannot be a name",
        "换一个名称，或加几个字", "choose another name, or a longer one",
    ),
    "FR126": Code(
        "这里有一个看不见的字符“{char}”（{name}）", "a character that cannot be seen stands here: '{char}' ({name})",
        "删去它：把光标放在两边的字之间，按一次退格键", "delete it: put the cursor between its neighbours and press backspace once",
    ),
    "FR127": Code("文件的第一行不能缩进", "the first line has no margin", "从行首写起", "begin it at the edge"),
    "FR128": Code(
        "“{word}”写的位置不对", "'{word}' stands in the wrong place",
        "把“{word}”移到“{before}”前面", "move '{word}' before '{before}'",
    ),
    "FR125": Code("“{word}”是多余的", "'{word}' is too much here", "去掉“{word}”", "leave '{word}' out"),
}  # fmt: skip
