"""What is told to others when a run ends: a Prometheus textfile, a command, a webhook. Settings say which."""
