"""FR8: evaluation, awards, results."""

from __future__ import annotations

from flagrules.text.codes.entry import Code

TABLE: dict[str, Code] = {
    "FR801": Code(
        zh="没有权限在这里写结果，原有的结果没有动",
        en="results may not be written here; what was there is unchanged",
        fix_zh="换一个您能写入的文件夹，或者请管理员开通写入权限",
        fix_en="name another folder with --out, or have writing allowed here",
    ),
    "FR802": Code(
        zh="磁盘空间不够，结果没有写成，原有的结果没有动",
        en="the disk is full: no results were written, and what was there is unchanged",
        fix_zh="清出一些空间再运行，或者换一个磁盘",
        fix_en="make room and run again, or name a folder on another disk",
    ),
    "FR803": Code(
        zh="这里已有一个同名的文件挡着，不能作为存放结果的文件夹",
        en="a file is in the way: this cannot be the folder of results",
        fix_zh="换一个文件夹名，或者先移走那个文件",
        fix_en="name another folder, or move that file away",
    ),
    "FR804": Code(
        zh="这个文件夹里有 {count} 个不是以前的结果的文件（{names}），不敢覆盖",
        en="this folder holds {count} files that are no earlier results ({names}), so it is not overwritten",
        fix_zh="换一个新的或空的文件夹，或者先移走这些文件",
        fix_en="name a new or empty folder, or move those files away",
    ),
    "FR805": Code(
        zh="没有“{name}”这种结果格式",
        en="there is no format of results called “{name}”",
        fix_zh="写 {guess}；可用的格式有：{known}",
        fix_en="write {guess}; the formats are: {known}",
    ),
    "FR806": Code(
        zh="写“{name}”格式的程序出了错（{reason}），结果没有写成，原有的结果没有动",
        en="the writer of the format “{name}” failed ({reason}): no results were written, and what was there is unchanged",
        fix_zh="请把这句话告诉提供这个格式的插件的作者；先用别的格式",
        fix_en="tell the author of the plugin that brings this format; use another format meanwhile",
    ),
    "FR807": Code(
        zh="写“{name}”格式的程序要写的文件 {file} 已经被别的格式占用",
        en="the writer of the format “{name}” wants to write {file}, which another format has written",
        fix_zh="分两次运行，每次只用其中一种格式，写到两个文件夹",
        fix_en="run twice, with one of the formats each time and two folders",
    ),
    "FR808": Code(
        zh="结果没有写成（{reason}），原有的结果没有动",
        en="no results were written ({reason}), and what was there is unchanged",
        fix_zh="检查这个文件夹能否使用，或者换一个",
        fix_en="see whether this folder can be used, or name another",
    ),
    "FR809": Code(
        zh="登记里没有叫“{name}”的{kind}，这条名额对它不起作用",
        en="the register has no {kind} called “{name}”, so this quota says nothing of it",
        fix_zh="写登记里的名称或编号，如 {guess}；或者改登记",
        fix_en="write a name or id of the register, such as {guess}, or mend the register",
        severity="warning",
    ),
    "FR810": Code(
        zh="{count}个单元在登记里没有所属的{kind}，如：{names}；这一行对它们是未定",
        en="{count} units lie in no {kind} of the register, such as {names}; this line is undetermined for them",
        fix_zh="在登记里补上它们的上级",
        fix_en="give their holders in the register",
        severity="warning",
    ),
    "FR820": Code(
        zh="读不到这里的结果（{reason}），没法做报告",
        en="there are no results to be read here ({reason}), so there is nothing to report",
        fix_zh="写 flagrules run 的 --out 给过的文件夹，里面要有 results.json（用 json 格式写出）",
        fix_en="name a folder that flagrules run --out has written; it must hold results.json (the format json)",
    ),
    "FR821": Code(
        zh="这个 results.json 不是完整的结果，没法做报告",
        en="this results.json is no whole set of results, so there is nothing to report",
        fix_zh="重新运行 flagrules run，不要改动它写出的文件",
        fix_en="run flagrules run again, and leave the files it writes as they are",
    ),
    "FR822": Code(
        zh="这份结果里缺少报告要用的表：{names}；它是较早的版本写出的",
        en="these results lack tables a report needs: {names}; an earlier version wrote them",
        fix_zh="用现在的版本重新运行 flagrules run",
        fix_en="run flagrules run again with this version",
    ),
    "FR830": Code(
        zh="这里没有按列计算的结果",
        en="there are no results here that stayed in columns",
        fix_zh="写 flagrules run --engine columnar 的 --out 给过的文件夹",
        fix_en="name a folder that flagrules run --engine columnar --out has written",
    ),
    "FR831": Code(
        zh="这次运行读过的文件不在了：{path}",
        en="a file this run has read is not there any more: {path}",
        fix_zh="把文件放回原处；解释要再看一遍原来的单元格",
        fix_en="put the file back; an explanation looks at its cells again",
    ),
    "FR832": Code(
        zh="这个文件在运行以后改过，结果不再属于它",
        en="this file has changed since the run, so the results are no longer of it",
        fix_zh="换回当时的文件，或者重新运行",
        fix_en="put the file of that time back, or run again",
    ),
    "FR833": Code(
        zh="这一行要看不是创建单元的上级，或者凭什么采信，或者数太大，不能按列计算",
        en="this line looks at places that are no units, or at what a fact is accepted on, or has numbers too large, which columns cannot",
        fix_zh="不写 --engine，由解释器计算",
        fix_en="leave --engine out and let the interpreter run",
    ),
    "FR834": Code(
        zh="规则和这次运行时不一样了（{programme}，{on}）",
        en="the rules are not those of this run any more ({programme}, {on})",
        fix_zh="用当时的规则、同样的 --county 和 --on，或者重新运行",
        fix_en="use the rules of that time with the same --county and --on, or run again",
    ),
    "FR835": Code(
        zh="“{name}”的经过和规则、事实对不上：结果在运行以后改过，或者是程序的错",
        en="the trace of “{name}” is not what rules and facts give: the results have changed since the run, or the program was wrong",
        fix_zh="重新运行；还是对不上就报告给我们",
        fix_en="run again, and report it to us if it stays so",
    ),
    "FR836": Code(
        zh="“{name}”这里和另一处定得不一样，不能一起按列计算",
        en="“{name}” is declared here and elsewhere in different ways, which columns cannot hold together",
        fix_zh="把两处写成一样，或者不写 --engine，由解释器计算",
        fix_en="make the two the same, or leave --engine out and let the interpreter run",
    ),
}
