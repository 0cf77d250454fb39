"""FR5: cells of fact files, and tables of earlier decisions."""

from __future__ import annotations

from flagrules.text.codes.entry import Code

VALUES: dict[str, Code] = {
    "FR574": Code(
        "应写数，这里是“{got}”",
        "a number is needed here, not “{got}”",
        "只写阿拉伯数字，不写单位和别的字，如 12 或 3.5；不知道就留空",
        "write digits only, without a unit or words, such as 12 or 3.5; leave it blank if it is not known",
    ),
    "FR575": Code(
        "“{got}”看不出是零、不知道还是不适用",
        "“{got}” does not tell zero, unknown and not applicable apart",
        "是零就写 0，答案是“否”就写“否”；不知道就留空；不适用写“不适用”；没有问写“未问”",
        "write 0 for none, no where the answer is no, nothing for unknown, not_applicable or not_asked where that is meant",
    ),
    "FR576": Code(
        "“{fact}”不能写“不适用”",
        "“{fact}” cannot be not applicable",
        "写上值；不知道就留空",
        "write its value; leave it blank if it is not known",
    ),
    "FR577": Code(
        "“{got}”里有千位逗号",
        "“{got}” has thousands separators",
        "写成 {fixed}",
        "write {fixed}",
    ),
    "FR578": Code(
        "此列有 {count} 个值用了全角字符，已按半角读取",
        "{count} values of this column had full-width characters and were read as plain ones",
        "用半角数字",
        "use plain digits",
        "note",
    ),
    "FR548": Code(
        "此列填百分数，有 {count} 个值在 0 和 1 之间，照写的读：0.95 读作 0.95%，不是 95%",
        "this column takes percentages and {count} values lie between 0 and 1; they are read as written: 0.95 is 0.95%, not 95%",
        "95% 写 95 或 95%；真是百分之零点几的不用改",
        "write 95 or 95% for 95%; leave true fractions of a percent as they are",
        "warning",
    ),
    "FR579": Code(
        "“{fact}”是比例，“{got}”可以读成 {first}，也可以读成 {second}",
        "“{fact}” is a ratio and “{got}” can be read as {first} or as {second}",
        "写成 {first} 或 {second}，或把表头写成 {fact}{mark}",
        "write {first} or {second}, or head the column {fact}{mark}",
    ),
    "FR580": Code(
        "“{got}”里带了单位",
        "“{got}” carries a unit",
        "只写数 {fixed}，单位写在表头：{fact}({unit})",
        "write {fixed} only; the unit belongs in the header: {fact}({unit})",
    ),
    "FR581": Code(
        "“{got}”的小数位太多，“{fact}”最小到 {step}",
        "“{got}” has too many decimals; “{fact}” goes down to {step}",
        "按文件的口径取舍后再填",
        "round it the way the document says, then write it",
    ),
    "FR582": Code(
        "“{fact}”的值 {got} 超出范围 {low} 至 {high}",
        "{got} is outside the range of “{fact}”, {low} to {high}",
        "核对数和单位",
        "check the number and its unit",
    ),
    "FR583": Code(
        "应写“是”或“否”，这里是“{got}”",
        "yes or no is needed here, not “{got}”",
        "写 {words}；不知道就留空",
        "write yes or no; leave it blank if it is not known",
    ),
    "FR584": Code(
        "“{got}”不是“{fact}”的选项；可选：{options}",
        "“{got}” is no option of “{fact}”; there are: {options}",
        "照选项原样写",
        "write one of the options",
    ),
    "FR585": Code(
        "“{got}”不是“{fact}”的选项，是不是“{guess}”？可选：{options}",
        "“{got}” is no option of “{fact}”; is it “{guess}”? there are: {options}",
        "写“{guess}”，或照选项原样写",
        "write “{guess}”, or another of the options",
    ),
    "FR586": Code(
        "“{got}”不是一个日期",
        "“{got}” is not a day",
        "写成 2021-05-28 或 2021年5月28日",
        "write it as 2021-05-28",
    ),
    "FR587": Code(
        "日历上没有“{got}”这一天",
        "the calendar has no day “{got}”",
        "核对月和日",
        "check month and day",
    ),
    "FR588": Code(
        "“{fact}”不问{kind}，这里却有值",
        "“{fact}” is not asked of {kind}, but has a value here",
        "清空此格，或核对编号",
        "clear the cell, or check the id",
    ),
    "FR589": Code(
        "“{name}”的“{fact}”写了零报告，清单里又有 {count} 行",
        "“{name}” files a nil return for “{fact}”, yet its list has {count} rows",
        "有事项就删去“零报告”，没有就删去这些行",
        "delete the nil return, or delete the rows",
    ),
    "FR590": Code(
        "“{fact}”这一列只写“零报告”或留空，这里是“{got}”",
        "this column of “{fact}” takes 零报告 (nil) or nothing, not “{got}”",
        "没有事项写“零报告”；有事项就写在同名的清单里",
        "write nil if there is nothing to report; events go in the list of that name",
    ),
    "FR591": Code(
        "“{name}”的“{fact}”有 {count} 行，允许 {low} 至 {high} 行",
        "“{fact}” of “{name}” has {count} rows; {low} to {high} are allowed",
        "核对清单，或改规则里的范围",
        "check the list, or the range in the rules",
    ),
    "FR592": Code(
        "“{fact}”打了分，但缺少：{missing}",
        "“{fact}” has points but lacks: {missing}",
        "补上评委、理由和文件，以便追溯",
        "add judge, reason and document, so that it can be traced",
        "warning",
    ),
    "FR593": Code(
        "“{fact}”写了{given}，但没有得分，按未知处理",
        "“{fact}” has {given} but no points and counts as unknown",
        "补上得分",
        "add the points",
        "warning",
    ),
    "FR594": Code(
        "“{fact}”的第 {first} 行和第 {second} 行完全相同，按两起计",
        "rows {first} and {second} of “{fact}” are the same and count as two",
        "重复登记的请删去一行",
        "delete one if it was entered twice",
        "warning",
    ),
    "FR595": Code(
        "此格有 {length} 个字，超过 {limit}",
        "this cell has {length} characters, more than {limit}",
        "缩短文字",
        "shorten the text",
    ),
}

DECISIONS: dict[str, Code] = {
    "FR596": Code(
        "没有称号“{got}”",
        "there is no title '{got}'",
        "是不是想写：{guess}",
        "did you mean {guess}?",
    ),
    "FR597": Code(
        "“{got}”不是一种决定",
        "'{got}' is not a decision",
        "写“授予”“撤销”“降级”“期满”或“取消当年资格”",
        "write granted, withdrawn, demoted, expired or barred",
    ),
    "FR598": Code(
        "同一天对“{title}”作了两次决定（{day}）",
        "two decisions on '{title}' on one day ({day})",
        "只留一行，或改正日期",
        "keep one, or mend the date",
    ),
}

TABLE: dict[str, Code] = {**VALUES, **DECISIONS}
