"""Groups: candidates, their test against shuffled data, merging, labels and descriptions."""
