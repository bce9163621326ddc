"""The page Groups: findings ranked."""
