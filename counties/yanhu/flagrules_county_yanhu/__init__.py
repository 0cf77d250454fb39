"""盐湖区：对市级方案的细化、量化和设定。本包只有数据，没有代码。 / Yanhu's refinement: data only, no code."""
