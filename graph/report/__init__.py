"""From a run to findings: groups, ties, evidence and search."""
