"""Where a case lives: the table of stores, and which one an address means."""
