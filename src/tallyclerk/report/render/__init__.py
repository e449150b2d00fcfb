"""What becomes of page models and results: HTML, PDF, CSV, JSON, and the manifest of a run."""
