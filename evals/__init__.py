"""The faithfulness evals: cases, scores, gates."""
