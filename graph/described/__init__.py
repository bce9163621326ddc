"""Described layers: ties and communities by a published rule or a plain count, with our numbers beside them."""
