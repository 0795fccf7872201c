"""Charts: one module a question, each drawn wide for laptop and paper and narrow for a phone."""
