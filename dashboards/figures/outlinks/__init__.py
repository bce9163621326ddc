"""Pictures of outlinks: hosts by week, the flow from groups to hosts, and the lists that hosts stand on."""
