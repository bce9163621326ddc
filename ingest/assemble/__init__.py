"""From a reader's frames to the tables of a case: uids, links, duplicates, and a count of every row."""
