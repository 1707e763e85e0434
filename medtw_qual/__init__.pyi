# The public names, in the order of a study. They are loaded on first use (see __init__.py).

__version__: str

# corpus: posts in
from .corpus import read_corpus as read_corpus
from .corpus import load_corpus as load_corpus
from .corpus import Corpus as Corpus
from .corpus import read_lexicon as read_lexicon
from .corpus import Lexicon as Lexicon
from .corpus import screening_sheet as screening_sheet
from .corpus import posts_over_time as posts_over_time
from .corpus import activity_figure as activity_figure
from .corpus import count_hashtags as count_hashtags
from .corpus import hashtags_figure as hashtags_figure
from .corpus import first_use_figure as first_use_figure
from .corpus import hashtag_pairs as hashtag_pairs
from .corpus import pairs_figure as pairs_figure
from .corpus import participation as participation
from .corpus import participation_figure as participation_figure
from .corpus import collection_gaps as collection_gaps
from .corpus import gaps_figure as gaps_figure
from .corpus import fold_change as fold_change
from .corpus import FoldChange as FoldChange
from .corpus import fold_change_figure as fold_change_figure
from .corpus import rate_ratio as rate_ratio
from .corpus import privacy_flags as privacy_flags
from .corpus import pseudonymise as pseudonymise
from .corpus import draw_unit_keys as draw_unit_keys
from .corpus import export_ids as export_ids
from .corpus import export_codes as export_codes
from .corpus import without_lost_units as without_lost_units
from .corpus import deletion_effect as deletion_effect

# codebook: what people look for
from .codebook import Code as Code
from .codebook import Codebook as Codebook
from .codebook import Theme as Theme
from .codebook import merge_codes as merge_codes
from .codebook import read_codebook as read_codebook
from .codebook import split_code as split_code

# agreement: how well people agree
from . import agreement as agreement
from .agreement import Coefficient as Coefficient
from .agreement import Disagreements as Disagreements
from .agreement import compare_agreement as compare_agreement
from .agreement import confusion as confusion
from .agreement import disagreements as disagreements
from .agreement import forest_plot as forest_plot
from .agreement import influence as influence
from .agreement import intra_coder as intra_coder
from .agreement import measure_agreement as measure_agreement
from .agreement import measure_ratings as measure_ratings
from .agreement import other_tools as other_tools
from .agreement import wide_ratings as wide_ratings

# coding: the people's view
from .coding import Sample as Sample
from .coding import assign as assign
from .coding import build_consensus as build_consensus
from .coding import co_occurrence as co_occurrence
from .coding import code_matrix as code_matrix
from .coding import draw_sample as draw_sample
from .coding import map_codings as map_codings
from .coding import memo as memo
from .coding import read_coders as read_coders
from .coding import read_codings as read_codings
from .coding import read_memos as read_memos
from .coding import read_sample as read_sample
from .coding import read_screening as read_screening
from .coding import recode_needed as recode_needed
from .coding import retrieve as retrieve
from .coding import undecided as undecided
from .coding import write_coding_sheet as write_coding_sheet
from .coding.desk import CodingDesk as CodingDesk
from .coding.desk import ConsensusDesk as ConsensusDesk
from .coding.desk import ScreeningDesk as ScreeningDesk

# clusters: the machine's view
from .clusters import Clusters as Clusters
from .clusters import Vectors as Vectors
from .clusters import cluster as cluster
from .clusters import compare_clusterings as compare_clusterings
from .clusters import embed as embed
from .clusters import load_vectors as load_vectors

# reconciliation: clusters meet codes
from .reconciliation import Crosswalk as Crosswalk
from .reconciliation import Revision as Revision
from .reconciliation import Saturation as Saturation
from .reconciliation import co_occurrence_network as co_occurrence_network
from .reconciliation import code_over_time as code_over_time
from .reconciliation import next_to_code as next_to_code
from .reconciliation import over_time_plot as over_time_plot
from .reconciliation import periods as periods
from .reconciliation import predict_codes as predict_codes
from .reconciliation import prevalence as prevalence
from .reconciliation import prevalence_contrasts as prevalence_contrasts
from .reconciliation import prevalence_plot as prevalence_plot
from .reconciliation import prevalence_trend as prevalence_trend
from .reconciliation import reconcile as reconcile
from .reconciliation import revise_codebook as revise_codebook
from .reconciliation import saturation as saturation

# manuscript: tables, quotations, figures, methods
from .manuscript import ManuscriptTable as ManuscriptTable
from .manuscript import ReportFigure as ReportFigure
from .manuscript import ReportSection as ReportSection
from .manuscript import Quotations as Quotations
from .manuscript import find_leaks as find_leaks
from .manuscript import quotations as quotations
from .manuscript import require_publishable as require_publishable
from .manuscript import verbatim_overlap as verbatim_overlap
from .manuscript import author_table as author_table
from .manuscript import check_arithmetic as check_arithmetic
from .manuscript import check_counts as check_counts
from .manuscript import corpus_table as corpus_table
from .manuscript import hashtag_table as hashtag_table
from .manuscript import matrix_table as matrix_table
from .manuscript import theme_map as theme_map
from .manuscript import agreement_table as agreement_table
from .manuscript import build_report as build_report
from .manuscript import ai_statement as ai_statement
from .manuscript import checklist as checklist
from .manuscript import methods_text as methods_text
from .manuscript import cluster_table as cluster_table
from .manuscript import codebook_table as codebook_table
from .manuscript import coded_table as coded_table
from .manuscript import consistency_table as consistency_table
from .manuscript import crosswalk_table as crosswalk_table
from .manuscript import flow_table as flow_table
from .manuscript import deletion_table as deletion_table
from .manuscript import prevalence_table as prevalence_table
from .manuscript import quotation_table as quotation_table
from .manuscript import theme_table as theme_table

# exchange: other programs
from .exchange import RefiProject as RefiProject
from .exchange import read_coded_passages as read_coded_passages
from .exchange import read_refi_qda as read_refi_qda
from .exchange import write_refi_qda as write_refi_qda
from .exchange import write_survey as write_survey
from .exchange import write_tags as write_tags

# study: the whole, run from a folder
from .study import Study as Study
from .study import open_study as open_study
