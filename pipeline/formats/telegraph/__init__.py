"""Telegraph formats: control characters and header lines around plain copy."""
