"""`miacrawl doctor`: whether machine and archive are fit for years of unattended updates."""
