"""The columnar engine: a plan's decisions as Polars expressions over whole columns of units, the same in meaning as the reference."""
