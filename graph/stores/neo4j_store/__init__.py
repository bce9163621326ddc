"""A case in a Neo4j database."""
