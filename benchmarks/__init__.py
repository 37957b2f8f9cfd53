"""Quality and speed on public data, beside baselines."""
