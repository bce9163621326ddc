"""Pairing: who met whom, how often, and on which objects."""
