"""One reader a file format, each a function from a path and a label to sheets of raw cells."""
