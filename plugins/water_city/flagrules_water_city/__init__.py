"""水生态文明城市宣传方案：规则、文件登记和样例。本包只有数据，没有代码。 / A publicity task plan: data only, no code."""
