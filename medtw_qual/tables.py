"""The tables of a manuscript, each from the data it shows; `study.tables` fills them from a study.

Every function returns a `ManuscriptTable`, which a notebook shows and which saves itself as .docx, .xlsx, .tex, .html,
.csv or .md.
"""

from medtw_qual.manuscript import ManuscriptTable, check_arithmetic, check_counts
from medtw_qual.manuscript import agreement_table as agreement
from medtw_qual.manuscript import author_table as authors
from medtw_qual.manuscript import cluster_table as clusters
from medtw_qual.manuscript import codebook_table as codebook
from medtw_qual.manuscript import coded_table as coded
from medtw_qual.manuscript import consistency_table as consistency
from medtw_qual.manuscript import corpus_table as corpus
from medtw_qual.manuscript import crosswalk_table as crosswalk
from medtw_qual.manuscript import deletion_table as deletions
from medtw_qual.manuscript import flow_table as flow
from medtw_qual.manuscript import hashtag_table as hashtags
from medtw_qual.manuscript import matrix_table as codes_by_group
from medtw_qual.manuscript import model_answers_table as model_answers
from medtw_qual.manuscript import model_ceiling_table as model_ceiling
from medtw_qual.manuscript import model_overlap_table as model_overlap
from medtw_qual.manuscript import prevalence_table as prevalence
from medtw_qual.manuscript import quotation_table as quotations
from medtw_qual.manuscript import theme_table as themes

__all__ = [
    "ManuscriptTable",
    "agreement",
    "authors",
    "check_arithmetic",
    "check_counts",
    "clusters",
    "codebook",
    "coded",
    "codes_by_group",
    "consistency",
    "corpus",
    "crosswalk",
    "deletions",
    "flow",
    "hashtags",
    "model_answers",
    "model_ceiling",
    "model_overlap",
    "prevalence",
    "quotations",
    "themes",
]


def __dir__() -> list[str]:
    """List the public names only, for those who look with the tabulator key."""
    return sorted(__all__)
