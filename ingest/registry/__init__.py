"""Facts about the places posts lead to, each with a date, a basis and a source."""
