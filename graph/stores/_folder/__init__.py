"""The pieces of the folder store: locks, manifest, the writer, and how sources resolve into one another."""
