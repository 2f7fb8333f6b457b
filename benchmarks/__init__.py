"""Measures nqgraph beside other engines in one run; ratios count, milliseconds only say how big things are."""
