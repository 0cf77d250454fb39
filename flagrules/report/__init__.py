"""A picture of a run: one web page and one workbook, made from nothing but its results."""
