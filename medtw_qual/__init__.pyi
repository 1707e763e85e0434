# The public face: what a study does, and the namespaces that hold the rest, each loaded on first use.

__version__: str

# A study folder, run from raw posts to the tables of a manuscript.
from .study import Study as Study
from .study import open_study as open_study

# corpus: posts in
from .corpus import Corpus as Corpus
from .corpus import load_corpus as load_corpus
from .corpus import read_corpus as read_corpus

# codebook: what people look for
from .codebook import Code as Code
from .codebook import Codebook as Codebook
from .codebook import Theme as Theme
from .codebook import read_codebook as read_codebook

# coding and agreement: the people's view
from .coding import Sample as Sample
from .coding import build_consensus as build_consensus
from .coding import draw_sample as draw_sample
from .coding import read_codings as read_codings
from .agreement import measure_agreement as measure_agreement

# clusters: the machine's view
from .clusters import Clusters as Clusters
from .clusters import Vectors as Vectors
from .clusters import cluster as cluster
from .clusters import embed as embed
from .clusters import load_vectors as load_vectors

# reconciliation: clusters meet codes
from .reconciliation import Crosswalk as Crosswalk
from .reconciliation import predict_codes as predict_codes
from .reconciliation import prevalence as prevalence
from .reconciliation import reconcile as reconcile

# The namespaces.
from . import activity as activity
from . import agreement as agreement
from . import clusters as clusters
from . import codebook as codebook
from . import coding as coding
from . import corpus as corpus
from . import errors as errors
from . import exchange as exchange
from . import llm as llm
from . import manuscript as manuscript
from . import plot as plot
from . import privacy as privacy
from . import reconciliation as reconciliation
from . import tables as tables
