"""Ties: layers of a run, their validated pairs, and the posts behind them."""
