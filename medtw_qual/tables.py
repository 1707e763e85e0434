"""The tables of a manuscript, each from the data it shows; `study.tables` fills them from a study.

Every function returns a `ManuscriptTable`, which a notebook shows and which saves itself as .docx, .xlsx, .tex, .html,
.csv or .md.
"""

from medtw_qual.manuscript.agreement_rows import agreement_table as agreement
from medtw_qual.manuscript.agreement_rows import consistency_table as consistency
from medtw_qual.manuscript.arithmetic import check_arithmetic, check_counts
from medtw_qual.manuscript.cluster_rows import cluster_table as clusters
from medtw_qual.manuscript.codebook_rows import codebook_table as codebook
from medtw_qual.manuscript.coded_rows import coded_table as coded
from medtw_qual.manuscript.corpus_rows import author_table as authors
from medtw_qual.manuscript.corpus_rows import corpus_table as corpus
from medtw_qual.manuscript.corpus_rows import hashtag_table as hashtags
from medtw_qual.manuscript.corpus_rows import matrix_table as codes_by_group
from medtw_qual.manuscript.crosswalk_rows import crosswalk_table as crosswalk
from medtw_qual.manuscript.deletion_rows import deletion_table as deletions
from medtw_qual.manuscript.flow_rows import flow_table as flow
from medtw_qual.manuscript.manuscript_table import ManuscriptTable
from medtw_qual.manuscript.model_rows import model_answers_table as model_answers
from medtw_qual.manuscript.model_rows import model_ceiling_table as model_ceiling
from medtw_qual.manuscript.model_rows import model_overlap_table as model_overlap
from medtw_qual.manuscript.model_trial_rows import model_abstention_table as model_abstention
from medtw_qual.manuscript.model_trial_rows import model_behaviour_table as model_behaviour
from medtw_qual.manuscript.model_trial_rows import model_spread_table as model_spread
from medtw_qual.manuscript.prevalence_rows import prevalence_table as prevalence
from medtw_qual.manuscript.quotation_rows import quotation_table as quotations
from medtw_qual.manuscript.reading_rows import reading_table as reading
from medtw_qual.manuscript.theme_rows import theme_table as themes

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
    "model_abstention",
    "model_answers",
    "model_behaviour",
    "model_ceiling",
    "model_overlap",
    "model_spread",
    "prevalence",
    "quotations",
    "reading",
    "themes",
]


def __dir__() -> list[str]:
    """List the public names only, for those who look with the tabulator key."""
    return sorted(__all__)
