"""Amazon's seller reports: settlements, transactions, orders, returns, reimbursements and feedback."""
