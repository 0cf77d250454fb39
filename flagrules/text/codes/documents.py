"""FR7: registers of statements, quotations, coverage."""

from __future__ import annotations

from flagrules.text.codes.entry import Code

TABLE: dict[str, Code] = {
    "FR701": Code(
        zh="这里缺少一项“{field}”",
        en="the field “{field}” is missing here",
        fix_zh="补上一行 {field}: …",
        fix_en="add a line {field}: …",
    ),
    "FR702": Code(
        zh="条款登记里没有“{field}”这一项",
        en="a register of statements has no field “{field}”",
        fix_zh="可以写的是：{near}",
        fix_en="this may be meant: {near}",
    ),
    "FR703": Code(
        zh="“{field}”处应当是{want_zh}",
        en="“{field}” should be {want_en} here",
        fix_zh="写成{want_zh}；留空的项请整行删去",
        fix_en="write {want_en}; remove the whole line of a field that stays empty",
    ),
    "FR704": Code(
        zh="条款编号“{statement}”用了两次",
        en="the statement id “{statement}” is used twice",
        fix_zh="给其中一条换一个编号",
        fix_en="give one of them another id",
    ),
    "FR705": Code(
        zh="没有“{kind}”这一类条款",
        en="there is no kind of statement “{kind}”",
        fix_zh="可以写的是：{near}",
        fix_en="this may be meant: {near}",
    ),
    "FR706": Code(
        zh="“{file}”不是单独的文件名",
        en="“{file}” is not a plain file name",
        fix_zh="只写文件名，不写目录",
        fix_en="write the name only, without directories",
    ),
    "FR707": Code(
        zh="这份文件没有登记文本（file），却写了定位词",
        en="this register names no text (file), yet gives an anchor",
        fix_zh="补上 file: 文本的文件名，或者删去定位词",
        fix_en="add file: with the name of the text, or remove the anchor",
    ),
    "FR708": Code(
        zh="定位词“{anchor}”太短，处处都能找到",
        en="the anchor “{anchor}” is too short: it would be found anywhere",
        fix_zh="从原文抄一段只出现一次的话",
        fix_en="copy a phrase of the text that stands there only once",
    ),
    "FR709": Code(
        zh="“{date}”不是一个日期",
        en="“{date}” is not a date",
        fix_zh="写成 2021-05-28 这样的年月日",
        fix_en="write year, month and day as in 2021-05-28",
    ),
    "FR710": Code(
        zh="有两份条款登记都叫“{document}”",
        en="two registers have the id “{document}”",
        fix_zh="给其中一份换一个 id",
        fix_en="give one of them another id",
    ),
    "FR711": Code(
        zh="编号“{id}”里有空格、括号、引号、冒号、斜线或分隔符号",
        en="the id “{id}” holds a blank, bracket, quotation mark, colon, slash or separator",
        fix_zh="用数字、字母、汉字、点和连字符，如 2.13",
        fix_en="use digits, letters, characters, dots and hyphens, as in 2.13",
    ),
    "FR720": Code(
        zh="《{document}》没有登记第“{statement}”款",
        en="“{document}” has no statement “{statement}” on register",
        fix_zh="是不是想写：{near}；如果原文确有这一款，先在条款登记里补上",
        fix_en="did you mean {near}? If the text does say so, register the statement first",
    ),
    "FR721": Code(
        zh="没有登记过“{document}”这份文件",
        en="no document “{document}” is registered",
        fix_zh="是不是想写：{near}；新文件要先有一份条款登记",
        fix_en="did you mean {near}? A new document needs its register of statements first",
    ),
    "FR722": Code(
        zh="{document} 第 {statement} 款（{kinds}）还没有规则行引用",
        en="no rule line cites {document} {statement} ({kinds}) yet",
        fix_zh="写一行规则引用它；职责、待遇和惩戒可以写成数据行",
        fix_en="write a rule line that cites it; a duty, entitlement or sanction may be a line of data",
        severity="warning",
    ),
    "FR730": Code(
        zh="文本目录里找不到“{file}”",
        en="the directory of texts has no readable “{file}”",
        fix_zh="把文本放进目录，文件名与登记一致，或者改登记里的 file",
        fix_en="put the text there under the name registered, or correct file in the register",
    ),
    "FR731": Code(
        zh="{file} 里找不到 {document} 第 {statement} 款的定位词“{anchor}”",
        en="{file} does not hold “{anchor}”, the anchor of {document} {statement}",
        fix_zh="照原文改正；原文里最接近的一段：{near}",
        fix_en="correct it after the text; the nearest passage there: {near}",
    ),
    "FR732": Code(
        zh="《{document}》里没有这句原文：“{quote}”",
        en="“{document}” does not say “{quote}”",
        fix_zh="照原文改正，一字不差；{file} 里最接近的一段：{near}",
        fix_en="quote it word for word; the nearest passage in {file}: {near}",
    ),
    "FR733": Code(
        zh="“{file}”读不成文本：编码既不是 UTF-8 也不是 GB18030，或者超过 20 MB",
        en="“{file}” cannot be read as text: it is neither UTF-8 nor GB18030, or larger than 20 MB",
        fix_zh="另存为 UTF-8 的纯文本",
        fix_en="save it as plain UTF-8 text",
    ),
    "FR734": Code(
        zh="原文“{quote}”太短，证明不了什么",
        en="the quotation “{quote}” is too short to prove anything",
        fix_zh="多抄几个字，让人能找到那句话",
        fix_en="quote a few more words, so that the sentence can be found",
    ),
    "FR735": Code(
        zh="《{document}》没有文本可查，这句原文没有核对",
        en="there is no text of “{document}” at hand, so this quotation was not checked",
        fix_zh="有了文本，就在条款登记里写上 file",
        fix_en="once there is a text, name it under file in the register",
        severity="note",
    ),
    "FR736": Code(
        zh="{document} 第 {statement} 款的定位词“{anchor}”在 {file} 里出现了 {count} 次",
        en="“{anchor}”, the anchor of {document} {statement}, stands in {file} {count} times",
        fix_zh="多抄几个字，让它只指一处",
        fix_en="copy a few more words, so that it points to one place",
        severity="warning",
    ),
    "FR737": Code(
        zh="没有这个文本目录",
        en="there is no such directory of texts",
        fix_zh="在 --documents 后面写存放原文文本的目录",
        fix_en="after --documents, name the directory that holds the texts",
    ),
}
