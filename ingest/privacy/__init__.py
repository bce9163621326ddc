"""Protection on the way in: keys, pseudonyms, and people who asked to be forgotten."""
