"""Codes in place of names, words made safe to print, and people taken out of a case."""
