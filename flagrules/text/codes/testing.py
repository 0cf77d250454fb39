"""FR9: rule tests, the YAML cases beside the rules."""

from __future__ import annotations

from flagrules.text.codes.entry import Code

TABLE: dict[str, Code] = {
    "FR901": Code("{where}里没有“{key}”这一项。{hint}", "{where_en} has no key '{key}'. {hint_en}", "可以写：{known}", "it may hold: {known_en}"),
    "FR902": Code("{where}缺少“{key}”", "{where_en} lacks '{key_en}'", "补上“{key}: …”", "add '{key_en}: …'"),
    "FR903": Code("“{key}”这里要写{want}", "'{key}' needs {want_en} here", "例如：{example}", "for example: {example}"),
    "FR904": Code("“{key}”和“{other}”是同一项的两种写法，写了两次", "'{key}' and '{other}' are two spellings of one key, and both are written", "只留一个", "keep one"),
    "FR905": Code("“{got}”不是一个日期", "'{got}' is not a day", "写成 2021-12-01", "write it as 2021-12-01"),
    "FR906": Code("测试写的方案是“{got}”，这里的方案是“{right}”", "the cases are for '{got}', the programme here is '{right}'", "改正方案名称，或删去这一行", "write its right name, or remove the line"),
    "FR907": Code("没有“{got}”这种单元。{hint}", "there is no kind of unit '{got}'. {hint_en}", "可以写：{known}", "write one of: {known}"),
    "FR908": Code("规则里没有事实“{got}”。{hint}", "the rules declare no fact '{got}'. {hint_en}", "核对名称；没有给出的事实按未知计算，不必写", "check its name; a fact that is not given counts as unknown and need not be written"),
    "FR909": Code("事实“{fact}”不问{subject}", "the fact '{fact}' is not asked of {subject}", "删去这一行，或改“单元”", "remove the line, or change the kind of unit"),
    "FR910": Code("“{fact}”的值“{got}”没有写单位", "the value '{got}' of '{fact}' has no unit", "写成 {fixed}", "write {fixed}"),
    "FR911": Code("“{fact}”的单位是“{want}”，这里写的是“{unit}”", "'{fact}' is counted in '{want}', this is '{unit}'", "换算成“{want}”再写", "convert it to '{want}'"),
    "FR912": Code("清单“{fact}”里没有“{part}”。{hint}", "the checklist '{fact}' has no part '{part}'. {hint_en}", "可以写：{known}", "its parts are: {known}"),
    "FR913": Code("同一个事实“{fact}”写了两次，一次用名称，一次用英文名", "the fact '{fact}' is given twice, by its name and by its English name", "只留一个", "keep one"),
    "FR914": Code("这种单元没有编号为“{got}”的指标。{hint}", "units of this kind have no indicator '{got}'. {hint_en}", "核对编号，写成“指标 1”“加分项 J1”“扣分项 K1”", "check the number; write 'indicator 1', 'bonus J1' or 'penalty K1'"),
    "FR915": Code("期望里的“{got}”不是这种单元的称号，也不是指标、等次或补贴。{hint}", "'{got}' is no title of units of this kind, and no indicator, tier or subsidy. {hint_en}", "可以写：{known}；指标写成“指标 1”", "write one of: {known}; an indicator as 'indicator 1'"),
    "FR916": Code("这种单元没有等次“{got}”。{hint}", "units of this kind have no tier '{got}'. {hint_en}", "可以写：{known}", "the tiers are: {known}"),
    "FR917": Code("没有由“{got}”支付的补贴。{hint}", "no subsidy is paid by '{got}'. {hint_en}", "可以写：{known}", "the payers are: {known}"),
    "FR918": Code("没有这样的规则行：“{got}”。{hint}", "there is no such rule line: '{got}'. {hint_en}", "写“文件名:行号”，或照抄规则行里的一段文字", "write 'file:line', or copy some words of the rule line"),
    "FR919": Code("“{got}”不是分数", "'{got}' is not a number of points", "写成 20分；有未知事实时写成区间 12分~20分", "write 20分, or an interval 12分~20分 when facts are unknown"),
    "FR920": Code("“{got}”不是称号的结果。{hint}", "'{got}' is not an outcome. {hint_en}", "写成：授予、未授予、未参评、未定", "write granted, refused, not_entered or undetermined"),
    "FR921": Code("“{got}”不是等次的结果。{hint}", "'{got}' does not say whether the tier is reached. {hint_en}", "写成：达到、未达到、未定", "write reached, not_reached or undetermined"),
    "FR922": Code("“{got}”不是金额", "'{got}' is not an amount of money", "写成 1万元 或 1万元~3万元", "write 1万元 or 1万元~3万元"),
    "FR923": Code("区间“{got}”的前一个数比后一个大", "the interval '{got}' ends before it begins", "小的写在前面", "put the smaller number first"),
    "FR924": Code("有两个用例都叫“{name}”", "two cases are called '{name}'", "换一个名称，好知道是哪一个没有通过", "rename one, so that a failure names its case"),
    "FR925": Code("这个方案没有规则测试", "there are no rule tests here", "在规则旁边的 tests/ 里写 .yaml 用例", "write cases in .yaml files under tests/, beside the rules", severity="warning"),
    "FR926": Code("没有写期望，这个用例什么也没有检查", "nothing is expected, so this case checks nothing", "写上至少一个指标、称号、等次或补贴", "write at least one indicator, title, tier or subsidy"),
    "FR928": Code("名册“{fact}”没有“{part}”这一栏。{hint}", "the list '{fact}' has no field '{part}'. {hint_en}", "可以写：{known}", "its fields are: {known}"),
    "FR929": Code("“{got}”不是等级。{hint}", "'{got}' is not a grade. {hint_en}", "可以写：{known}、无、未定", "write one of: {known}, none, undetermined"),
    "FR930": Code("“同场”里没有叫“{got}”的单元。{hint}", "no unit of 'others' is called '{got}'. {hint_en}", "在“同场”里写上它；写了的有：{known}", "write it among 'others'; there are: {known}"),
    "FR931": Code("“{got}”不是称号的决定。{hint}", "'{got}' is not a decision. {hint_en}", "写成：授予、撤销、期满、降级、取消当年资格；期望里还可以写保持、无、未定", "write granted, withdrawn, expired, demoted or barred; when expected also kept, none or undetermined"),
    "FR932": Code("“{pack}”没有样例设定可以打开", "'{pack}' has no sample settings to switch on", "把样例设定写在规则旁边的 sample/ 里，文件名以 .rules 结尾；不用的，删去“样例设定”这一行", "put sample settings into sample/ beside the rules, in a file ending in .rules; or remove the line 'sample_settings'"),
    "FR951": Code("用例“{case}”：{what}应为{want}，实际是{got}", "case '{case}': {what} should be {want_en}, it is {got_en}", "看下面的规则行和这里的期望，改不对的一处", "look at the rule line below and at what is expected, and mend whichever is wrong"),
    "FR952": Code("用例“{case}”：{what}应由“{want}”决定，实际由“{got}”决定", "case '{case}': {what} should be decided by '{want}', it is decided by '{got}'", "看下面的规则行和这里的期望，改不对的一处", "look at the rule line below and at what is expected, and mend whichever is wrong"),
}  # fmt: skip
