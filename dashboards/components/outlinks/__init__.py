"""Outlinks for pages and briefings: the view an address asks for, and its numbers in words and pictures."""
