"""The page Start: cases, files and the problems in them."""
