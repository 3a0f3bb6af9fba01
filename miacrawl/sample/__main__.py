"""`python -m miacrawl.sample`: serve the sample site in the foreground, for people to look at."""

from __future__ import annotations

import threading

import click

from miacrawl.sample import REVISIONS
from miacrawl.sample.server import serve_sample


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port on 127.0.0.1; 0 takes a free one.")
@click.option("--revision", type=click.Choice([str(number) for number in REVISIONS]), default="1", show_default=True,
              help="State of the site: 2 has one article changed, one gone and one new.")  # fmt: skip
def main(port: int, revision: str) -> None:
    """Serve the bundled sample site until Ctrl+C."""
    try:
        with serve_sample(port, revision=int(revision)) as site:
            click.echo(f"Sample site at {site.url} (Ctrl+C ends it)")
            threading.Event().wait()
    except OSError as error:
        raise click.ClickException(f"Port {port} cannot be used: {error.strerror}. Try another --port.") from error
    except KeyboardInterrupt:
        click.echo()


if __name__ == "__main__":
    main(prog_name="python -m miacrawl.sample")
