"""eBay's seller reports."""
