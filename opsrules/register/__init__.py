"""The register: findings that live on between reviews, and what people decided of them."""
