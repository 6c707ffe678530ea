"""The commands `export web` and `serve`."""

from __future__ import annotations

from pathlib import Path

import click

from export.web.runtime_files import runtime_files
from export.web.server import HOST, open_server
from export.web.site import read_site, write_site


@click.command()
@click.argument(
    "captioners",
    metavar="CAPTIONER...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the page. A page that is there is replaced.",
)
@click.option("--title", default="jewelcap", show_default=True, help="Title of the page.")
@click.option(
    "--runtime",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder with the archives of LiteRT.js, made by `npm pack`.  [default: they are fetched "
    "once from the npm registry and kept in the cache]",
)
def export_web(captioners: tuple[Path, ...], out: Path, title: str, runtime: Path | None) -> None:
    """Make a web page that describes photos by CAPTIONER files, the first one to begin with.

    The folder can be put on any static host, below any address: captioners run in the visitor's
    browser, no photo leaves it, and after the first visit the page works offline.

    \b
    Example:
      jewelcap export web runs/shop/export/int8/captioner.tflite --out site
      jewelcap serve site
    """
    size = write_site(out, captioners, runtime_files(runtime), title)
    click.echo(
        f"wrote {out}: page {size.page_bytes / 1e3:.0f} kB, LiteRT.js "
        f"{size.runtime_bytes / 1e6:.1f} MB, captioners {size.captioner_bytes / 1e6:.1f} MB; "
        f"look at it by `jewelcap serve {out}`"
    )


@click.command()
@click.argument("site", metavar="SITE", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: any."
)
@click.option("--open", "open_browser", is_flag=True, help="Open it in the browser.")
def serve(site: Path, port: int, open_browser: bool) -> None:
    """Look at SITE, a page made by `export web`, on this computer alone.

    \b
    Example:
      jewelcap serve site --open
    """
    title = read_site(site).title
    with open_server(site, port) as server:
        url = f"http://{HOST}:{server.server_port}/"
        click.echo(f"{title}: {url}  (Ctrl+C ends it)")
        if open_browser:
            click.launch(url)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("ended")
