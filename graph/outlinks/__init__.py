"""Outlinks: where accounts send people, what standing those hosts have, and how far the posts themselves say."""
