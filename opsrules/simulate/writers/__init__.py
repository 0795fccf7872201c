"""One file per format: a simulated table in, the bytes of an export out."""
