"""`python -m miacrawl`."""

from miacrawl.cli import main

if __name__ == "__main__":
    main()
