"""study.toml: what the researcher declares about a study, with a default for everything that has one."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from medtw_qual._base.toml_text import load_toml
from medtw_qual.errors import MissingFile, StudyFault, did_you_mean
from medtw_qual.study.config_values import FILE_NAME, build_section

APPROACHES = ("content analysis", "codebook", "reflexive")


@dataclass(frozen=True)
class CorpusSection:
    """``[corpus]``: the raw posts and the steps from posts to units.

    Attributes
    ----------
    sources : list of str
        Files with posts, relative to the study folder.
    format : str
        Name of the reader; empty: found by looking into each file.
    text, id, author, created_at : str
        For CSV and XLSX: the columns with the words, the ids, the authors and the times.
    columns : table
        For CSV and XLSX: further columns, ours = "theirs" (``reply_to_id = "answers"``).
    author_columns : list of str
        For CSV and XLSX: the columns that describe the author (role, country).
    time_zone, day_first : str, bool
        For times that carry no zone: theirs; for times such as 3/4/2020: whether the day comes first.
    attributes : str
        A CSV with what the researcher knows of the authors (role, country).
    keep_reposts : bool
        Reposts are nobody's own words; they are dropped unless this is true.
    merge_threads : bool
        Join an author's chain of replies to themselves into one unit.
    drop_duplicates : bool
        Drop the same author's exact copies.
    language, hashtags, lexicon, require : str or list of str
        Keep posts in one language; keep posts with these hashtags or the lexicon's words (require = "any" or "all").
    begin, end : str
        Keep units posted from `begin` to `end`, both days included (ISO dates, in `display_zone`).
    screening : str
        A screening file: people's eligible / not / unsure.
    deleted : str
        A list of posts that were deleted since, or a compliance file: these leave the study with all that was decided
        about them, and the report says what that moved.
    display_zone : str
        The time zone in which dates are read and shown.
    """

    sources: list[str] = field(default_factory=list)
    format: str = ""
    text: str = ""
    id: str = ""
    author: str = ""
    created_at: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    author_columns: list[str] = field(default_factory=list)
    time_zone: str = "UTC"
    day_first: bool | None = None
    attributes: str = ""
    keep_reposts: bool = False
    merge_threads: bool = True
    drop_duplicates: bool = True
    language: str = ""
    hashtags: list[str] = field(default_factory=list)
    lexicon: str = ""
    require: str = "any"
    begin: str = ""
    end: str = ""
    screening: str = ""
    deleted: str = ""
    display_zone: str = "UTC"


@dataclass(frozen=True)
class CodebookSection:
    """``[codebook]``: the codebook file (empty: none yet), and the log of its changes (codebooks/changes.jsonl)."""

    file: str = ""
    changes: str = ""


@dataclass(frozen=True)
class SampleSection:
    """``[sample]``: the units that people code.

    Attributes
    ----------
    file : str
        The drawn sample. When there is none yet, `run` draws one and puts it into results/working/.
    n_units, seed, stratify_by, round, double_coded
        How it is drawn (see `draw_sample`).
    """

    file: str = ""
    n_units: int = 300
    seed: int = 2020
    stratify_by: str = ""
    round: str = "main"
    double_coded: float = 1.0


@dataclass(frozen=True)
class CodingSection:
    """``[coding]``: what people decided.

    Attributes
    ----------
    source, coders : str
        The folder of coding logs and sheets, or one CSV; the coders register (empty: coders.csv beside it).
    decisions, rule : str
        The log of consensus decisions; "majority" or "unanimous": what settles units that nobody decided.
    id, codes, separator, coder : str
        For one CSV in which a column holds all the codes of a unit: the unit's column, the codes' column, what stands
        between codes, and the name of the coder (empty: the name of the file).
    not_coded : list of str
        Entries of that column that are no code but say that the unit could not be coded.
    ignore : list of str
        Columns of that CSV, and of coding sheets, that are used for nothing; any other column that nobody uses is
        refused.
    """

    source: str = ""
    coders: str = ""
    decisions: str = ""
    rule: str = ""
    id: str = ""
    codes: str = ""
    separator: str = ";"
    coder: str = ""
    not_coded: list[str] = field(default_factory=list)
    ignore: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class AgreementSection:
    """``[agreement]``: the coefficient declared before anybody looked, those beside it, and groups of alike units."""

    primary: str = "krippendorff_alpha"
    also: list[str] = field(default_factory=lambda: ["percent_agreement", "gwet_ac1", "fleiss_kappa"])
    groups: str = ""  # a column of the units, such as "author_id": intervals are then between authors


@dataclass(frozen=True)
class ClustersSection:
    """``[clusters]``: the machine's view.

    Attributes
    ----------
    method : str
        "consensus" (default), "ward", "kmeans", "hdbscan", ... (see `cluster`).
    n_clusters : int
        0: chosen by the criterion that `cluster` states.
    seed : int
        Any whole number; the same seed gives the same clusters and resamples.
    model : str
        A sentence-transformers model; empty: the packaged all-MiniLM-L6-v2.
    precision : str
        "auto", "exact", "compact", "fast" or "static" (see `embed`).
    vectors : str
        A vectors file that is the authority: same vectors, same clusters, on any computer. Empty: embed here.
    resamples : int
        How often the clustering is repeated on resampled units to measure its stability; 0: not measured.
    ignore_words : list of str
        Words that shall never be key words: the collection's query words, names.
    decisions : str
        The log of what people did to the clusters (named, merged, split, moved, set aside); empty: nothing.
    """

    method: str = "consensus"
    n_clusters: int = 0
    seed: int = 2020
    model: str = ""
    precision: str = "auto"
    vectors: str = ""
    resamples: int = 50
    ignore_words: list[str] = field(default_factory=list)
    decisions: str = ""


@dataclass(frozen=True)
class ReconciliationSection:
    """``[reconciliation]``: what clusters have to do with codes.

    Attributes
    ----------
    decisions : str
        The log of decisions about clusters and codes.
    stale : str
        Decisions about other clusters or another codebook: "refuse" stops the run, "set aside" leaves them out and
        says so. Where posts were deleted since, they are set aside.
    """

    decisions: str = "data/decisions/crosswalk.jsonl"
    stale: str = "refuse"


@dataclass(frozen=True)
class LlmSection:
    """``[llm]``: a language model as one more coder, beside people and never among them.

    Attributes
    ----------
    coder : str
        The model's name as a coder; empty: no model codes.
    server, model : str
        The server's address up to /v1, and the model's name there (empty: the only one it offers).
    terms, terms_date : str
        For a server on another computer: under which terms texts may go there, and when these were read.
    key_variable : str
        The environment variable that holds the server's key.
    log : str
        The folder of the model's answers.
    units : str
        "corpus": every unit is asked about, which corrected shares need; "sample": the units that people code.
    instructions : str
        A file with words of one's own for the question; empty: the package's. Rules and form are added to any.
    examples, reasons, order, check_word, seed
        How the question is put (see `mq.llm.CodingPrompt`).
    temperature, max_tokens : float, int
        Sent to the server.
    shaping : int
        How many units of the sample are set apart, before the first question, for shaping the prompt.
    keep_back : str
        A CSV with the column unit_id: units whose text is not sent.
    keep_back_flags : list of str
        Kinds of privacy flags that keep a unit back too.
    parallel, per_minute, timeout, answer_format
        How the server is asked (see `mq.llm.Endpoint`).
    tests : int
        How many units outside the sample are asked about again and again to test whether the model follows the
        codebook (see `mq.llm.behavioural_tests`); 0: no such tests.
    paraphrase : str
        A codebook with the same codes and their rules in other words, for the tests; empty: none.
    variants : dict
        Other ways to ask, declared beforehand, each under a name: what differs from this section (instructions,
        examples, reasons, order, check_word, seed, server, model). How far results move with them is a table and a
        figure.
    """

    coder: str = ""
    server: str = "http://127.0.0.1:8080/v1"
    model: str = ""
    terms: str = ""
    terms_date: str = ""
    key_variable: str = ""
    log: str = "data/llm"
    units: str = "corpus"
    instructions: str = ""
    examples: bool = False
    reasons: str = "after"
    order: str = "shuffled"
    check_word: bool = True
    seed: int = 2020
    temperature: float = 0.0
    max_tokens: int = 1000
    shaping: int = 0
    keep_back: str = ""
    keep_back_flags: list[str] = field(default_factory=list)
    parallel: int = 1
    per_minute: float = 0.0
    timeout: float = 120.0
    answer_format: str = "json_schema"
    tests: int = 0
    paraphrase: str = ""
    variants: dict[str, dict[str, object]] = field(default_factory=dict)


@dataclass(frozen=True)
class ManuscriptSection:
    """``[manuscript]``: what may be printed.

    Attributes
    ----------
    quotations : str
        The log of decisions about quotations; without one nobody's words are printed.
    published : str
        A table of words that are in print already; each needs a decision too.
    keys : str
        The file of random keys that stand for unit ids.
    """

    quotations: str = "data/decisions/quotations.jsonl"
    published: str = ""
    keys: str = "data/unit_keys.csv"


@dataclass(frozen=True)
class StudyConfig:
    """What study.toml says.

    Attributes
    ----------
    title : str
        The title of the study, as the report and the summary print it.
    approach : {"content analysis", "codebook", "reflexive"}
        How the study works. "reflexive" (Braun and Clarke 2021): no agreement, clusters, predicted codes or shares are
        computed, and no output speaks of them.
    invented : bool
        The corpus is invented: every output says so.
    show_text : bool
        Post text may appear in notebook outputs. Leave it false for real people's posts.
    corpus, codebook, sample, coding, agreement, clusters, reconciliation, llm, manuscript
        The sections.
    """

    title: str = "Untitled study"
    approach: str = "content analysis"
    invented: bool = False
    show_text: bool = False
    corpus: CorpusSection = field(default_factory=CorpusSection)
    codebook: CodebookSection = field(default_factory=CodebookSection)
    sample: SampleSection = field(default_factory=SampleSection)
    coding: CodingSection = field(default_factory=CodingSection)
    agreement: AgreementSection = field(default_factory=AgreementSection)
    clusters: ClustersSection = field(default_factory=ClustersSection)
    reconciliation: ReconciliationSection = field(default_factory=ReconciliationSection)
    llm: LlmSection = field(default_factory=LlmSection)
    manuscript: ManuscriptSection = field(default_factory=ManuscriptSection)


def is_reflexive(config: object) -> bool:
    """Say whether a study declares the reflexive approach, in which nothing is measured.

    Examples
    --------
    >>> is_reflexive(StudyConfig(approach="reflexive"))
    True
    """
    return getattr(config, "approach", "") == "reflexive"


def read_config(folder: Path) -> StudyConfig:
    """Read study.toml of a study folder.

    Raises
    ------
    MissingFile
        When the folder has no study.toml.
    StudyFault
        With key and remedy, when a key is unknown or a value is of the wrong kind.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        raise MissingFile(f"{folder} is not a study: it has no {FILE_NAME}.", _where_instead(folder))
    try:
        content = load_toml(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StudyFault(
            f"{FILE_NAME} is not valid TOML: {error}.", "Check quotes and brackets in that line."
        ) from error
    config = build_section(StudyConfig, content, "")
    _require_choice(config.approach, APPROACHES, "approach")
    _require_choice(config.reconciliation.stale, ("refuse", "set aside"), "[reconciliation] stale")
    _require_choice(config.coding.rule, ("", "majority", "unanimous"), "[coding] rule")
    _require_choice(config.llm.units, ("corpus", "sample"), "[llm] units")
    if not config.corpus.sources:
        raise StudyFault(f"{FILE_NAME} names no posts.", 'Write below [corpus]: sources = ["data/your_posts.jsonl"].')
    return config


def _require_choice(value: str, choices: tuple[str, ...], where: str) -> None:
    if value not in choices:
        raise StudyFault(
            f"{FILE_NAME}: {where} = {value!r} is no choice.{did_you_mean(value, choices)}",
            f"Write one of: {', '.join(choices)}.",
        )


def _where_instead(folder: Path) -> str:
    """Say where the study is when somebody stands in its data or notebooks, or one folder above it."""
    for above in folder.parents:
        if (above / FILE_NAME).is_file():
            return f'The study is {above}: go there, or name it ("..", for a notebook in its folder notebooks).'
    below = sorted(path.parent.name for path in folder.glob(f"*/{FILE_NAME}"))
    if below:
        return f"Go one folder down, into {' or '.join(below)}."
    return "Go into the study's folder, name it, or make one with: medtw-qual new FOLDER."
