"""Accounts labelled by others, and how well the groups of every method agree with those labels."""
