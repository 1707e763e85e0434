"""The items of the reporting checklists, in few words, and from which part of the methods each can be answered.

SRQR: O'Brien et al. (2014), Academic Medicine 89(9):1245-1251, 21 items. COREQ: Tong, Sainsbury and Craig (2007),
International Journal for Quality in Health Care 19(6):349-357, 32 items. GRRAS: Kottner et al. (2011), Journal of
Clinical Epidemiology 64(1):96-106, 15 items. Numbers and topics are those of the published forms (GRRAS has no topics:
there they are ours); what an item asks for stands here in a few words of our own, so submit with the published form.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """One item of a checklist.

    Attributes
    ----------
    number, topic, asks : str
    sections : tuple of str
        Sections of the methods whose sentences answer it.
    blank : str
        What only the researchers can write; printed in square brackets.
    not_applicable : str
        Why it does not apply to posts that were collected, not asked for; empty: it applies.
    """

    number: str
    topic: str
    asks: str
    sections: tuple[str, ...] = ()
    blank: str = ""
    not_applicable: str = ""


_DOCUMENTS = "Not applicable: documents were analysed, nobody was interviewed."

SRQR = (
    Item(
        "S1",
        "Title",
        "Nature and topic of the study; qualitative approach or data",
        (),
        "Name approach and data in the title.",
    ),
    Item("S2", "Abstract", "Background, purpose, methods, results, conclusions", (), "Write the abstract."),
    Item(
        "S3", "Problem formulation", "The problem and why it matters", (), "Describe the problem; review what is known."
    ),
    Item(
        "S4",
        "Purpose or research question",
        "Purpose and research question",
        (),
        "State the question and what was predetermined.",
    ),
    Item(
        "S5",
        "Qualitative approach and research paradigm",
        "Qualitative approach, theory, paradigm, and why",
        (),
        "Name approach and paradigm.",
    ),
    Item(
        "S6",
        "Researcher characteristics and reflexivity",
        "Characteristics, reflexivity, relation to those studied",
        (),
        "Describe yourselves, your standpoint and your part in the community.",
    ),
    Item("S7", "Context", "Setting and salient context", (), "Describe the community and the period."),
    Item(
        "S8",
        "Sampling strategy",
        "How and why units were chosen; when sampling stopped",
        ("Sample",),
        "Say why this sample suffices.",
    ),
    Item(
        "S9",
        "Ethical issues pertaining to human subjects",
        "Approval, consent, confidentiality, security",
        ("Quotations",),
        "Name the review and the platform's terms you relied on.",
    ),
    Item(
        "S10",
        "Data collection methods",
        "What was collected, how, when",
        ("Corpus",),
        "Say by which query and access, and on which dates, posts were collected.",
    ),
    Item(
        "S11",
        "Data collection instruments and technologies",
        "Instruments and devices, and how they changed",
        ("Codebook",),
    ),
    Item(
        "S12",
        "Units of study",
        "Number and characteristics of participants, documents",
        ("Corpus", "Sample"),
        "Describe the authors as far as they can be known.",
    ),
    Item(
        "S13",
        "Data processing",
        "Preparation, security, integrity, coding, anonymisation",
        ("Corpus", "Coding"),
        "Say where data are kept and who has access.",
    ),
    Item(
        "S14",
        "Data analysis",
        "How themes were found and by whom",
        ("Coding", "Consensus", "Clustering", "Reconciliation"),
    ),
    Item(
        "S15",
        "Techniques to enhance trustworthiness",
        "Techniques that enhance it, and why",
        ("Agreement", "Consensus"),
        "Name member checks, audit trail or triangulation, if any.",
    ),
    Item(
        "S16",
        "Synthesis and interpretation",
        "Main findings, interpretation, theory",
        (),
        "Write from the theme table and your memos.",
    ),
    Item(
        "S17",
        "Links to empirical data",
        "Quotations and other evidence",
        ("Quotations",),
        "Point to the theme table and its quotations.",
    ),
    Item(
        "S18",
        "Integration with prior work, implications, transferability and contribution",
        "How findings connect with it; contribution",
        (),
        "Write it in the discussion.",
    ),
    Item("S19", "Limitations", "Trustworthiness and limits", (), "Write them in the discussion."),
    Item("S20", "Conflicts of interest", "Influence on the study and how it was managed", (), "State them."),
    Item("S21", "Funding", "Sources and the funders' part", (), "State it."),
)

COREQ = (
    Item("1", "Interviewer or facilitator", "Who conducted interviews", not_applicable=_DOCUMENTS),
    Item("2", "Credentials", "The researchers' credentials", (), "State them."),
    Item("3", "Occupation", "Their occupation at the time", (), "State it."),
    Item("4", "Gender", "Their gender", (), "State it where they agree."),
    Item("5", "Experience and training", "Their experience", (), "State it; say how coders were prepared."),
    Item(
        "6",
        "Relationship established",
        "Relation to participants before the study",
        (),
        "Say whether you take part in the community.",
    ),
    Item(
        "7",
        "Participant knowledge of the interviewer",
        "What participants knew of the researcher",
        not_applicable=_DOCUMENTS,
    ),
    Item("8", "Interviewer characteristics", "Bias, assumptions, interests", (), "State your standpoint."),
    Item("9", "Methodological orientation and theory", "Methodological orientation", (), "Name it."),
    Item("10", "Sampling", "How units were selected", ("Sample",)),
    Item("11", "Method of approach", "How participants were approached", not_applicable=_DOCUMENTS),
    Item("12", "Sample size", "How many", ("Sample",)),
    Item(
        "13",
        "Non-participation",
        "Refusals and drop-outs",
        (),
        "Say how many posts were deleted or protected since, if you know.",
    ),
    Item("14", "Setting of data collection", "Where data were collected", ("Corpus",)),
    Item("15", "Presence of non-participants", "Others present", not_applicable=_DOCUMENTS),
    Item(
        "16",
        "Description of sample",
        "Its important characteristics",
        ("Corpus",),
        "Describe the authors as far as they can be known.",
    ),
    Item("17", "Interview guide", "Questions, prompts, pilot", not_applicable=_DOCUMENTS),
    Item("18", "Repeat interviews", "How many", not_applicable=_DOCUMENTS),
    Item("19", "Audio or visual recording", "Audio or visual", not_applicable=_DOCUMENTS),
    Item("20", "Field notes", "Made or not", (), "Say whether memos were kept."),
    Item("21", "Duration", "Of interviews", not_applicable=_DOCUMENTS),
    Item(
        "22",
        "Data saturation",
        "Whether it was discussed",
        (),
        "Say what you hold of it; it can be estimated for inductive codes only.",
    ),
    Item("23", "Transcripts returned", "For comment", not_applicable=_DOCUMENTS),
    Item("24", "Number of data coders", "How many coded", ("Coding",)),
    Item(
        "25",
        "Description of the coding tree",
        "Description of it",
        ("Codebook",),
        "Point to the codebook in the appendix.",
    ),
    Item(
        "26",
        "Derivation of themes",
        "Set beforehand or derived",
        ("Reconciliation",),
        "Say where the themes come from.",
    ),
    Item("27", "Software", "Which was used", ("Software",)),
    Item("28", "Participant checking", "Feedback on findings", (), "Say whether members of the community commented."),
    Item("29", "Quotations presented", "Presented and identified", ("Quotations",), "Point to the theme table."),
    Item(
        "30",
        "Data and findings consistent",
        "Consistent with each other",
        (),
        "Point to where counts and quotations stand beside findings.",
    ),
    Item("31", "Clarity of major themes", "Clearly presented", (), "Point to the theme table."),
    Item("32", "Clarity of minor themes", "Diverse cases described", (), "Discuss negative cases."),
)

GRRAS = (
    Item(
        "1", "Title and abstract", "Names reliability or agreement as investigated", (), "Say so in title or abstract."
    ),
    Item("2", "Instrument", "The device measured with", ("Codebook",)),
    Item("3", "Subjects", "Population of interest", ("Corpus",), "Say to which posts conclusions extend."),
    Item("4", "Raters", "Population of raters", ("Coding",), "Say whom these coders stand for."),
    Item("5", "Earlier evidence", "What is known; why this study", (), "Review it."),
    Item(
        "6",
        "Sample size",
        "How it was chosen; planned numbers of raters, subjects and replicates",
        ("Sample",),
        "Say how it was chosen; it can be planned with units_needed.",
    ),
    Item("7", "Sampling", "How raters and subjects were chosen", ("Sample",), "Say how coders were chosen."),
    Item(
        "8",
        "Rating process",
        "Interval, conditions, blinding, information",
        ("Coding",),
        "Say under which conditions coders worked, where the files do not show it.",
    ),
    Item(
        "9",
        "Independence",
        "Whether ratings were independent",
        ("Coding",),
        "Say whether coders worked apart, where the files do not show it.",
    ),
    Item("10", "Statistics", "Analysis", ("Agreement",)),
    Item("11", "Actual numbers", "Raters, subjects, replicates", ("Coding",)),
    Item("12", "Characteristics", "Of raters and subjects", ("Coding", "Corpus"), "Add the coders' experience."),
    Item("13", "Estimates", "With measures of uncertainty", ("Agreement",)),
    Item("14", "Relevance", "Practical meaning", (), "Discuss what these figures allow."),
    Item("15", "Details", "Detailed results where possible", (), "Point to the agreement table and the coded table."),
)

CHECKLISTS = {"SRQR": SRQR, "COREQ": COREQ, "GRRAS": GRRAS}
