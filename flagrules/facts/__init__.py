"""Facts about units: their schema, the register of units, typed tables with the origin of every cell, and the readers."""
