"""FR0: usage, files, run-wide."""

from __future__ import annotations

from flagrules.text.codes.entry import Code

TABLE: dict[str, Code] = {
    "FR001": Code("没有方案“{name}”，已装入：{known}。{hint}", "there is no programme '{name}'; loaded: {known}. {hint_en}", "还没有安装的方案，加上 --plugins 它的文件夹；flagrules plugins list 列出已装入的", "for one that is not installed add --plugins FOLDER; flagrules plugins list shows what is loaded"),
    "FR002": Code("没有县“{name}”，已装入：{known}。{hint}", "there is no county '{name}'; loaded: {known}. {hint_en}", "还没有安装的县，加上 --plugins 它的文件夹；flagrules plugins list 列出已装入的", "for one that is not installed add --plugins FOLDER; flagrules plugins list shows what is loaded"),
    "FR003": Code("没有给出事实文件", "no fact files were given", "用 --facts 文件，或 --sample 用样例", "give them with --facts FILE, or use --sample"),
    "FR004": Code("没有单元“{name}”。{hint}", "there is no unit '{name}'. {hint_en}", "写登记表里的编号或名称", "write an id or a name of the register"),
    "FR005": Code("“{name}”有{count}个，请用编号：{known}", "{count} units are called '{name}'; use an id: {known}", "用 12 位编号", "use the id"),
    "FR006": Code("这个单元没有称号“{name}”，有：{known}。{hint}", "this unit has no title '{name}'; it has {known}. {hint_en}", "写其中一个", "write one of them"),
    "FR007": Code("正式运行前必须逐条接受“不能表达”：{name}", "a demand the language cannot say must be accepted by name before a run: {name}", "加上 --accept {name}", "add --accept {name}"),
    "FR008": Code("读不了规则文件：它不是 UTF-8", "the rule file cannot be read: it is not UTF-8", "另存为 UTF-8", "save it as UTF-8"),
    "FR009": Code("读不了文件：{why}", "the file cannot be read: {why}", "核对路径和权限", "check the path and its permissions"),
    "FR035": Code(
        "“{name}”的细则落实的是方案“{other}”，不是“{programme}”",
        "the rules of '{name}' refine the programme '{other}', not '{programme}'",
        "把方案改为 {other}，或去掉 --county {name}",
        "ask for {other}, or leave --county {name} out",
    ),
    "FR023": Code(
        "“{name}”在{on}没有评定：那天它不存在，或不是评定的单元",
        "'{name}' is not assessed on {on}: it does not exist on that day, or is no unit that is scored",
        "换一个 --on 日期，或查它并入的单元",
        "use another --on, or the unit it was merged into",
    ),
    "FR020": Code(
        zh="{name}没有自带样例",
        en="{name} brings no sample",
        fix_zh="用 --county 写上带样例的县，或用 --facts 给出事实文件",
        fix_en="name a county that brings one with --county, or give fact files with --facts",
    ),
    "FR021": Code(
        zh="写不了文件：{why}",
        en="the file cannot be written: {why}",
        fix_zh="核对文件夹在不在、能不能写",
        fix_en="check that the folder is there and can be written to",
    ),
    "FR022": Code(
        zh="这个文件夹里没有规则文件（.rules 或 .rules.md）",
        en="this folder has no rule files (.rules or .rules.md)",
        fix_zh="核对文件夹",
        fix_en="check the folder",
    ),
    "FR010": Code(
        zh="这个文件不是 UTF-8 编码，第 {byte} 个字节读不懂",
        en="this file is not UTF-8: byte {byte} cannot be read",
        fix_zh="用编辑器另存为 UTF-8 编码",
        fix_en="save it as UTF-8 in your editor",
    ),
    "FR011": Code(
        zh="这个文件超过 {limit} MB",
        en="this file is larger than {limit} MB",
        fix_zh="拆成几个小一些的文件",
        fix_en="split it into smaller files",
    ),
    "FR012": Code(
        zh="从这里起不是能读懂的 YAML 写法",
        en="from here on this is not readable YAML ({detail})",
        fix_zh="缩进用空格，不用制表符；引号和括号成对；键后写半角冒号加一个空格，如 id: '1.1'；文字里有冒号、引号或井号时，整段放在单引号里",
        fix_en="indent with spaces, not tabs; write a half-width colon and a blank after a key, as in id: '1.1'; "
        "put text that holds colons, quotes or number signs in single quotes",
    ),
    "FR013": Code(
        zh="这里的嵌套超过 {limit} 层",
        en="this is nested more than {limit} deep",
        fix_zh="少嵌套几层",
        fix_en="write it with fewer levels",
    ),
    "FR014": Code(
        zh="这里用了 YAML 的锚点或别名（& 或 *，名为“{name}”），本文件不接受",
        en="this uses a YAML anchor or alias (& or *, named “{name}”), which is not accepted here",
        fix_zh="把内容原样再写一遍；文字以 & 或 * 开头时放在单引号里",
        fix_en="write the content out again; put text that begins with & or * in single quotes",
    ),
    "FR015": Code(
        zh="这里用了 YAML 的标签或指令（{tag}），本文件不接受",
        en="this uses a YAML tag or directive ({tag}), which is not accepted here",
        fix_zh="删去它：所有的值都按文字读入；文字以 ! 或 % 开头时放在单引号里",
        fix_en="remove it: every value is read as text; put text that begins with ! or % in single quotes",
    ),
    "FR016": Code(
        zh="这个文件没有内容",
        en="this file has no content",
        fix_zh="写上内容，或者删去这个文件",
        fix_en="fill it in, or remove the file",
    ),
    "FR017": Code(
        zh="键“{key}”在同一处写了两次",
        en="the key “{key}” is written twice in one place",
        fix_zh="留下正确的一个，删去另一个",
        fix_en="keep the right one and remove the other",
    ),
    "FR018": Code(
        zh="键只能是一段普通文字，不能是列表、映射或合并键 <<",
        en="a key may be plain text only: not a list, a mapping, or the merge key <<",
        fix_zh="用一个词作键；要合并的内容原样写出来",
        fix_en="use one word as the key; write out what was to be merged",
    ),
    "FR019": Code(
        zh="一个文件里只能有一份 YAML 文档，这里开始了第二份",
        en="one file holds one YAML document, and a second one begins here",
        fix_zh="删去这一行 ---，或者分成两个文件",
        fix_en="remove this --- line, or make two files",
    ),
    "FR024": Code(
        "读数据库要另装驱动",
        "reading a database needs a driver that is not installed",
        "pip install 'flagrules[postgres]'",
        "pip install 'flagrules[postgres]'",
    ),
    "FR025": Code(
        "数据库说：{reason}",
        "the database says: {reason}",
        "核对 --database 和查询语句",
        "check --database and the query",
    ),
    "FR028": Code(
        "“{fact}”不采信，按未知算：规则只认“{by}”为{values}的，这里是：{said}",
        "'{fact}' is not accepted and counts as unknown: the rules take it only where '{by}' is {values}, and here it is: {said_en}",
        "按规则要求的办法重新核实后再填；“{by}”填错的，改正“{by}”",
        "prove it the way the rules ask and fill it in again; where '{by}' is wrong, mend '{by}'",
        severity="warning",
    ),
    "FR026": Code(
        "同样的问题还有 {count} 处，没有一一列出",
        "{count} more of the same, not listed one by one",
        "照上面列出的改，一列通常错在同一处",
        "mend them as those above; a column usually goes wrong in one way",
    ),
    "FR027": Code(
        "“{fact}”既填了值，又注明不适用",
        "“{fact}” has a value and is marked as not applicable too",
        "只留一种",
        "keep one of them",
    ),
}
