"""One file a source format; a new format is one new file here and one line below."""

from medtw_qual.corpus.readers import (
    bluesky,
    fourcat,
    graphql,
    mapped_table,
    mastodon,
    minet,
    no_posts,
    own_table,
    service_tables,
    twarc_csv,
    twarc_flat,
    twarc_pages,
    v1,
    web_exporter,
    x_archive,
)
from medtw_qual.corpus.readers.reader_protocol import SourceReader

# In the order in which they are asked; the more particular before the more general.
READERS: tuple[SourceReader, ...] = (
    no_posts.IDS,
    no_posts.COMPLIANCE,
    no_posts.COUNTS,
    x_archive.READER,
    mastodon.READER,
    bluesky.READER,
    graphql.READER,
    twarc_pages.READER,
    twarc_flat.READER,
    v1.READER,
    web_exporter.READER,
    own_table.READER,
    twarc_csv.READER,
    minet.READER,
    minet.BLUESKY_READER,
    fourcat.READER,
    service_tables.TCAT,
    service_tables.HYDRATOR,
    service_tables.MELTWATER,
    service_tables.BRANDWATCH,
    mapped_table.READER,
)

__all__ = ["READERS", "SourceReader"]
