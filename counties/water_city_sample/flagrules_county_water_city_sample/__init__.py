"""水生态文明城市宣传方案的样例设定：年份、验收日和文件没有说的数，全是样例。 / Sample settings of a task plan: data only, no code."""
