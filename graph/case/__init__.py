"""The work on a case: loading, coverage, subsets, allow-lists, notes, verdicts and pins."""
