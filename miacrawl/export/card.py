"""The data card of a data set: front matter that Hugging Face's libraries read, and what people should know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import yaml

from miacrawl import __version__
from miacrawl.export.column import CAPTURE_PARTS, LINK_PARTS, Column, Part
from miacrawl.export.documentation import as_markdown

if TYPE_CHECKING:
    from miacrawl.export.dataset import Census

_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"),
)
_SITES_TOLD = 50


def card(census: Census, columns: Sequence[Column], moment: datetime, scope: str) -> str:
    """README.md of a data set."""
    front = yaml.safe_dump(front_matter(census, columns), sort_keys=False, allow_unicode=True, width=120)
    return f"---\n{front}---\n\n" + "\n\n".join(_sections(census, columns, moment, scope)) + "\n"


def front_matter(census: Census, columns: Sequence[Column]) -> dict[str, Any]:
    """What the libraries read: names, languages, files, features and sizes."""
    languages = sorted(language for language in census.languages if 2 <= len(language) <= 3 and language.isalpha())
    return {
        "pretty_name": "Articles archived by miacrawl",
        **({"language": languages} if languages else {}),
        "license": "other",
        "license_name": "rights-of-the-publishers",
        "size_categories": [next((name for least, name in _SIZES if census.articles < least), "100M<n<1B")],
        "tags": ["news", "articles", "web-archive"],
        "configs": [{"config_name": "default", "data_files": [{"split": "train", "path": "data/train-*"}]}],
        "dataset_info": {
            "features": [{"name": column.name, **_feature(column)} for column in columns],
            "splits": [{"name": "train", "num_bytes": census.size, "num_examples": census.articles}],
            "download_size": census.packed,
            "dataset_size": census.size,
        },
    }


def _feature(column: Column) -> dict[str, Any]:
    match column.kind:
        case "integer":
            return {"dtype": "int64"}
        case "boolean":
            return {"dtype": "bool"}
        case "texts":
            return {"sequence": "string"}
        case "integers":
            return {"sequence": "int64"}
        case "links":
            return {"list": _parts(LINK_PARTS)}
        case "capture":
            return {"struct": _parts(CAPTURE_PARTS)}
    return {"dtype": "string"}


def _parts(parts: Sequence[Part]) -> list[dict[str, str]]:
    return [{"name": part.name, "dtype": "int64" if part.kind == "integer" else "string"} for part in parts]


def _sections(census: Census, columns: Sequence[Column], moment: datetime, scope: str) -> Iterator[str]:
    span = f" Published between {census.first} and {census.last}, as far as is known." if census.first else ""
    yield "# Articles archived by miacrawl"
    yield (
        f"{census.articles:,} articles of {len(census.sites):,} sites: {scope}.{span} "
        f"Written by miacrawl {__version__} on {moment:%Y-%m-%d}, "
        f"{census.files} Parquet file{'s' if census.files != 1 else ''} in `data/`."
    )
    yield "## How it was made"
    yield (
        "The pages were found by sitemaps, feeds, listings and links, fetched under robots.txt, and read by rules; "
        "`provenance` names the rule behind each field, `confidence` how often values found in the same way are right, "
        "and `capture` the stored answer of the server (WARC) that the text was read from. Nothing was written by "
        "hand, and nothing was left out for its content. Articles with the same text are linked in `duplicates`."
    )
    yield "## Rights"
    yield (
        "The texts belong to their publishers and authors; this data set grants no rights to them. What you may do "
        "with them depends on the law where you are and on what the publishers say: `directives` holds what each page "
        f"and site said when it was fetched. {census.reserved:,} of {census.articles:,} articles come with a "
        "reservation against text and data mining or the training of AI. Bylines are names of persons."
    )
    if census.sites:
        yield "## Sites"
        yield "\n".join(_table(("site", "articles"), census.sites.most_common(_SITES_TOLD)))
        if len(census.sites) > _SITES_TOLD:
            yield f"and {len(census.sites) - _SITES_TOLD:,} more."
    if census.flags:
        yield "## Flags"
        yield "\n".join(_table(("flag", "articles"), census.flags.most_common(_SITES_TOLD)))
    yield "## Columns"
    yield as_markdown(columns).rstrip()


def _table(heads: tuple[str, str], counted: Sequence[tuple[str, int]]) -> Iterator[str]:
    yield f"| {heads[0]} | {heads[1]} |"
    yield "|---|---|"
    for name, count in counted:
        yield f"| {' '.join(name.replace('|', ' ').replace('<', ' ').split())} | {count:,} |"
