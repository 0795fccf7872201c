"""The register in JupyterLab: findings to filter and sort, and what an act has written. Showing never writes."""
