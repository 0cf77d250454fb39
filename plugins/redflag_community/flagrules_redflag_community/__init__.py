"""红旗社区创建：一个区的实施方案，有规则、文件登记和样例；只有数据，没有代码。 / A district's red-flag communities: data only, no code."""
