"""Posts in: readers, flow of records, threads, screening, selection, hashtags and pseudonyms."""

from medtw_qual.corpus.community.activity import collection_gaps, posts_over_time
from medtw_qual.corpus.community.change import FoldChange, fold_change, rate_ratio
from medtw_qual.corpus.community.pictures import (
    activity_figure,
    first_use_figure,
    fold_change_figure,
    gaps_figure,
    hashtags_figure,
    pairs_figure,
    participation_figure,
)
from medtw_qual.corpus.community.usage import count_hashtags, hashtag_pairs, participation
from medtw_qual.corpus.lexicon import Lexicon, read_lexicon
from medtw_qual.corpus.model import Corpus
from medtw_qual.corpus.privacy.exports import export_codes, export_ids
from medtw_qual.corpus.privacy.flags import privacy_flags
from medtw_qual.corpus.privacy.following import deletion_effect, without_lost_units
from medtw_qual.corpus.privacy.keys import draw_unit_keys
from medtw_qual.corpus.privacy.pseudonyms import pseudonymise
from medtw_qual.corpus.reading import read_corpus
from medtw_qual.corpus.saving import load_corpus
from medtw_qual.corpus.steps.screening import screening_sheet

__all__ = [
    "Corpus",
    "Lexicon",
    "load_corpus",
    "read_corpus",
    "read_lexicon",
    "screening_sheet",
    "posts_over_time",
    "collection_gaps",
    "count_hashtags",
    "hashtag_pairs",
    "participation",
    "fold_change",
    "FoldChange",
    "rate_ratio",
    "activity_figure",
    "first_use_figure",
    "fold_change_figure",
    "gaps_figure",
    "hashtags_figure",
    "pairs_figure",
    "participation_figure",
    "pseudonymise",
    "draw_unit_keys",
    "privacy_flags",
    "export_ids",
    "export_codes",
    "without_lost_units",
    "deletion_effect",
]
