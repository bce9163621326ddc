"""The pieces of the Neo4j store: the connection, the writer, reading, runs, and how sources resolve into one another."""
