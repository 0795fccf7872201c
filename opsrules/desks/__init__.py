"""The desks: pure functions from what was read to a Review. They do no input or output."""
