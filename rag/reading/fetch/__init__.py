"""The one way to the web: nothing is connected to that was not checked first."""
