"""Files that make a machine call `miacrawl update` by itself: systemd, cron, GitHub Actions, Kubernetes."""
