"""禹州社区治理和服务创新实验区：规则、文件登记。本包只有数据，没有代码。 / A city's experimental zone: data only, no code."""
