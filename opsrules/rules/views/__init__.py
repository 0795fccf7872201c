"""Rules and what became of rows in plain words: for JupyterLab, for pages and for terminals."""
