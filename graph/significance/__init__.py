"""Significance: expected numbers and p-values of pairs by the configuration model (test A) and the timing model (test B)."""
