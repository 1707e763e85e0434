"""Posts in: readers, flow of records, threads, screening, selection, hashtags and pseudonyms."""

from medtw_qual.corpus.activity.activity_figures import (
    activity_figure,
    first_use_figure,
    fold_change_figure,
    gaps_figure,
    hashtags_figure,
    pairs_figure,
    participation_figure,
)
from medtw_qual.corpus.activity.hashtag_usage import count_hashtags, hashtag_pairs, participation
from medtw_qual.corpus.activity.over_time import collection_gaps, posts_over_time
from medtw_qual.corpus.activity.rate_change import FoldChange, fold_change, rate_ratio
from medtw_qual.corpus.corpus import Corpus
from medtw_qual.corpus.corpus_folder import load_corpus
from medtw_qual.corpus.corpus_reader import read_corpus
from medtw_qual.corpus.lexicon import Lexicon, read_lexicon
from medtw_qual.corpus.privacy.deletion_effects import deletion_effect, without_lost_units
from medtw_qual.corpus.privacy.exports import export_codes, export_ids
from medtw_qual.corpus.privacy.flags import privacy_flags
from medtw_qual.corpus.privacy.pseudonyms import pseudonymise
from medtw_qual.corpus.privacy.random_keys import draw_unit_keys
from medtw_qual.corpus.steps.screening import screening_sheet

__all__ = [
    "Corpus",
    "Lexicon",
    "load_corpus",
    "read_corpus",
    "read_lexicon",
    "screening_sheet",
]


def __dir__() -> list[str]:
    """List the public names only, for those who look with the tabulator key."""
    return sorted(__all__)
