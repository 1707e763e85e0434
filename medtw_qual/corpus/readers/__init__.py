"""One file a source format; a new format is one new file here and one line below."""

from medtw_qual.corpus.readers import mapped_table, twarc_flat, twarc_pages
from medtw_qual.corpus.readers.protocol import Reader

# In the order in which they are asked; the more particular before the more general.
READERS: tuple[Reader, ...] = (
    twarc_pages.READER,
    twarc_flat.READER,
    mapped_table.READER,
)

__all__ = ["READERS", "Reader"]
