"""The page Sources: files, their coverage and their gaps."""
