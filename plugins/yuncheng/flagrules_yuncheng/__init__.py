"""运城五面红旗：市级方案的规则、文件登记和样例。本包只有数据，没有代码。 / The programme of Yuncheng: data only, no code."""
