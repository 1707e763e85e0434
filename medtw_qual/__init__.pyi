# The public names, in the order of a study. They are loaded on first use (see __init__.py).

# corpus: posts in
from .corpus import Corpus as Corpus
from .corpus import read_corpus as read_corpus

# codebook: what people look for
from .codebook import Code as Code
from .codebook import Codebook as Codebook
from .codebook import Theme as Theme
from .codebook import read_codebook as read_codebook

# agreement: how well people agree
from . import agreement as agreement

# coding: the people's view
from .coding import Sample as Sample
from .coding import build_consensus as build_consensus
from .coding import draw_sample as draw_sample
from .coding import read_coders as read_coders
from .coding import read_codings as read_codings
from .coding import read_sample as read_sample
from .coding import undecided as undecided

# clusters: the machine's view

# reconciliation: clusters meet codes

# manuscript: tables, quotations, figures, methods

# exchange: other programs

# study: the whole, run from a folder
from .study import Study as Study
from .study import open_study as open_study
