"""FR4: a county over its delegation."""

from __future__ import annotations

from flagrules.text.codes.entry import Code

TABLE: dict[str, Code] = {
    "FR401": Code("没有“县 … 落实 …”这一行", "there is no line that says which programme the county implements", "第一行写“县 名称 代码 落实 方案 版本 “2021””", "begin with 县 NAME CODE 落实 PROGRAMME 版本 “2021”"),
    "FR402": Code("一个文件只能有一个“县”行，各文件的“县”行要写得一样", "a file has one 县 line, and those of a county's files say the same", "删去多余的一行，或改得与第一行一样", "remove the other one, or make it say what the first says"),
    "FR403": Code("落实的方案写的是“{written}”，实际是“{right}”", "the programme is called '{right}', not '{written}'", "改正方案名称", "write its right name"),
    "FR404": Code("落实的版本写的是“{written}”，现在的版本是“{right}”", "the version written is '{written}', the programme's is '{right}'", "对照新版本核对每一行后改版本", "check every line against the new version, then change it"),
    "FR405": Code("县的代码写的是{written}，插件登记的是{right}", "the county's code is written {written}, its plugin says {right}", "两处写同一个代码", "make them the same"),
    "FR406": Code("县的规则里不能有这一行", "this line cannot stand in a county's rules", "县只能设定、细化、量化、从严、增设，以及声明自己的文件和事实", "a county may set, split, quantify, tighten, add, and declare its own documents and facts"),
    "FR407": Code("“{name}”的规则在{on}没有施行（{first}—{last}），按上级规定计算", "the rules of '{name}' are not in force on {on} ({first} to {last}); the city's lines stand", severity="note"),
    "FR410": Code("上级没有参数“{name}”。{hint}", "the higher text has no parameter '{name}'. {hint_en}", "核对参数名称", "check the name"),
    "FR411": Code("上级没有授权“{power}”", "the higher text does not delegate this ({power})", "删去这一行，或请上级授权", "remove the line, or ask for the delegation"),
    "FR412": Code("这里写“依 {written}”，授权的条款是{named}", "this names {written}, the clause that delegates is {named}", "改为“依 {named}”", "name {named}"),
    "FR413": Code("设定为{value}，超出授权范围{low}—{high}", "{value} lies outside what may be set, {low} to {high}", "设定在授权范围内", "set it within the range"),
    "FR414": Code("“{name}”上级已经定了值", "the higher text has already given '{name}' its value", "删去这一行", "remove the line"),
    "FR415": Code("上级没有编号为{item}的指标", "the higher text has no indicator {item}", "核对编号", "check the number"),
    "FR416": Code("指标{item}叫“{right}”，这里写成“{name}”", "indicator {item} is called '{right}', not '{name}'", "改正名称", "write its right name"),
    "FR417": Code("上级没有称号“{title}”，已有：{known}", "the higher text has no title '{title}'; there are {known}", "核对名称和“适用”", "check its name and 适用"),
    "FR418": Code("设定“{name}”时，是哪一种没有写对；它按这些分别取值：{options}", "setting '{name}' must name its option, or none; its options: {options}", "写成“设定 {example} = 值 依 …”", "write it as 设定 {example} = value"),
    "FR420": Code("同一处落实了两次", "the same place is refined twice", "只留一处", "keep one"),
    "FR421": Code("县级总分{total}分，市级规定{whole}分", "the county's parts add up to {total}, the city's indicator has {whole}", "{action}{difference}分", "{action_en} {difference} points"),
    "FR422": Code("细化的指标编号{item}不在上级编号之下", "the number {item} is not under the city's indicator", "写成{wanted}这样的编号", "number it like {wanted}"),
    "FR423": Code("指标{item}不是评议指标，不能量化", "indicator {item} is not judged, so it cannot be quantified", "量化只能代替上级的“评议”", "only a judged indicator can be quantified"),
    "FR424": Code("量化后可得{low}—{high}分，超出评议的{least}—{most}分", "quantified, the indicator gives {low} to {high} points; judged, it gave {least} to {most}", "把分数改到评议的范围以内", "keep the points within the judged range"),
    "FR430": Code("比上级宽：{facts}时，县级得{county}分，市级得{city}分", "looser than the higher text: with {facts} the county gives {county} points, the city {city}", "调整分档或分数，使任何情形都不高于上级", "change bands or points so that no case scores above the higher text"),
    "FR431": Code("不能判定是否比上级严", "it cannot be decided whether this is stricter", "写得更简单，或拆成几行{hint}", "say it more simply, or split it{hint_en}"),
    "FR432": Code("增设了{count}项，最多{limit}项", "{count} items are added, at most {limit} may be", "删去多出的项", "remove what is too many"),
    "FR433": Code("增设的项目{points}分，每项最多{limit}分", "the added item has {points} points, at most {limit} are allowed", "减少分数", "lower it"),
    "FR434": Code("县增设的否决只能针对本称号", "a local veto can only concern this title", "改为“本称号不授”", "write deny_title"),
}  # fmt: skip
