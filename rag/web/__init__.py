"""The web chat: the only place that knows Gradio."""
