"""Very many units assessed without leaving their columns: facts in slices, traces in parts, and only what is counted gathered."""
