"""Root causes: what a finding comes from, and what moved a figure."""
