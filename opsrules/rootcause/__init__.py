"""Root causes: in which slices a change is concentrated."""
