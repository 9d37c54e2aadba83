"""The formats of the telegraph: control characters and header lines around plain copy."""
