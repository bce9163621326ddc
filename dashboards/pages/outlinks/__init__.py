"""Page Outlinks: hosts that these accounts send people to, and the posts behind each."""
