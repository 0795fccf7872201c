"""Reconciliation, policy and root-cause reviews of e-commerce accounts."""
