"""What everything shown as HTML is made of: escaping, colours, marks of state, words for figures; no pages yet."""
