"""禹州市的样例设定：薪级表、成员数、奖励额等空白全是样例，不是禹州市的规定。 / Sample settings of blanks: data only, no code."""
