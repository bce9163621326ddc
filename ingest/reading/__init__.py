"""From a file to batches: detection, reading ahead, and help from other processes."""
