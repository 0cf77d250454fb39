"""村级星级化创建（三化十二制）：县里方案的规则、文件登记和样例。本包只有数据，没有代码。 / The village star plan: data only, no code."""
