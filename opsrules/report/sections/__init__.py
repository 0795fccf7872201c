"""The sections of a page: each a function of a Review that gives one fragment."""
