"""The page Evidence: two accounts side by side, and one account."""
