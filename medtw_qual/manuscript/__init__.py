"""From results to the page: tables and their writers, quotations, figures, methods text, reporting checklists."""

from medtw_qual.manuscript.agreement_rows import agreement_table, consistency_table
from medtw_qual.manuscript.arithmetic import check_arithmetic, check_counts
from medtw_qual.manuscript.cluster_rows import cluster_table
from medtw_qual.manuscript.codebook_rows import codebook_table
from medtw_qual.manuscript.coded_rows import coded_table
from medtw_qual.manuscript.corpus_rows import author_table, corpus_table, hashtag_table, matrix_table
from medtw_qual.manuscript.crosswalk_rows import crosswalk_table
from medtw_qual.manuscript.deletion_rows import deletion_table
from medtw_qual.manuscript.flow_rows import flow_table
from medtw_qual.manuscript.manuscript_table import Footnote, ManuscriptTable, Spanner, TableColumn
from medtw_qual.manuscript.methods import ai_statement, checklist, methods_text
from medtw_qual.manuscript.model_rows import model_answers_table, model_ceiling_table, model_overlap_table
from medtw_qual.manuscript.prevalence_rows import prevalence_table
from medtw_qual.manuscript.quotation import (
    Overlap,
    Quotations,
    find_leaks,
    quotations,
    require_publishable,
    verbatim_overlap,
)
from medtw_qual.manuscript.quotation_rows import quotation_table
from medtw_qual.manuscript.report.heat_table import HeatCell, HeatTable
from medtw_qual.manuscript.report.report_overview import Fact, Finding, Overview
from medtw_qual.manuscript.report.report_page import (
    ReportFigure,
    ReportFrame,
    ReportSection,
    ReportTable,
    build_report,
)
from medtw_qual.manuscript.theme_figure import theme_map
from medtw_qual.manuscript.theme_rows import theme_table

__all__ = [
    "ai_statement",
    "build_report",
    "checklist",
    "Fact",
    "Finding",
    "find_leaks",
    "HeatCell",
    "HeatTable",
    "methods_text",
    "Overlap",
    "Overview",
    "Quotations",
    "quotations",
    "ReportFigure",
    "ReportFrame",
    "ReportSection",
    "ReportTable",
    "require_publishable",
    "verbatim_overlap",
]


def __dir__() -> list[str]:
    """List the public names only, for those who look with the tabulator key."""
    return sorted(__all__)
