"""闻喜县：落实市级方案，未公布细则。本包只有数据，没有代码。 / Wenxi, no practice published: data only, no code."""
