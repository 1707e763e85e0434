"""The machine's view: embed, cluster, stability and description."""
