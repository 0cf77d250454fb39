"""Facts of very many units, kept as columns from file to engine: nothing is turned into a cell unless it is wrong."""
