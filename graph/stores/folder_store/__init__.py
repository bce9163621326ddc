"""A case in a folder of Parquet files."""
