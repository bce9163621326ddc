"""Networks: ties as a network, roles, evolution, projections and backbones."""
