"""The items of the checklists on the use of language models, and from which part of the methods each is answered.

GUIDE-LLM: Feuerriegel et al. (2026), Nature Human Behaviour; https://llm-checklist.com, read November 2026: its 14 core
items with their numbers, what each asks for in our own words. COREQ-AI: the items of COREQ (Tong et al. 2007) that a
model coder touches, with COREQ's own numbers. The extension COREQ+LLM was published as a protocol only (Fehring et al.
2025, JMIR Research Protocols 14:e78682): its items are not out, so these are a reading of ours and say so.
"""

from medtw_qual.manuscript.methods.checklist_items import Item

_TEXTS = "Name your agreement with the provider, if texts left your computer, and what an ethics board said of it."

GUIDE_LLM = (
    Item("A.1", "Purpose", "For what language models were used", ("Use of artificial intelligence",)),
    Item("A.2", "Automation", "Where people decided and where a model did", ("People and the model",)),
    Item("B.1", "Model", "Name, provider, size, version, date of use, source", ("Model",)),
    Item("B.2", "Access", "Programme, web page or own computer; conversation or single questions", ("Access",)),
    Item("B.3", "Parameters", "Temperature, length, seed, repetitions", ("Parameters",)),
    Item("B.4", "Customisation", "Whether the model was trained further or adapted", ("Customisation",)),
    Item("B.5", "Memory", "Whether anything was carried from one question to the next", ("Memory",)),
    Item("C.1", "Prompts", "The exact words asked", ("Prompt",)),
    Item("C.2", "System instructions", "Words that stood above every question", ("System instructions",)),
    Item("D.1", "Personal data", "How sensitive or personal data were handled", ("Texts sent",)),
    Item("E.1", "Validation", "How people checked what came out", ("Validation",)),
    Item("E.2", "Post-processing", "What was filtered, repaired or reformatted", ("Post-processing",)),
    Item("F.1", "Code", "Whether the programmes that asked are shared", ("Programmes",)),
    Item("G.1", "Interests", "Funding and ties to providers", (), "State funding and any tie to the model’s provider."),
)  # fmt: skip

COREQ_AI = (
    Item("5", "Experience and training", "What the model knew of the task", ("Prompt",)),
    Item("8", "Interviewer characteristics", "Leanings the model brings", (), "Discuss known leanings of the model."),
    Item("10", "Sampling", "Which units the model was asked about", ("Texts sent",)),
    Item("13", "Non-participation", "Units kept back, failed or without an answer", ("Post-processing",)),
    Item("24", "Number of data coders", "Whether a model is among them", ("People and the model",)),
    Item("25", "Description of the coding tree", "How the codebook reached the model", ("System instructions",)),
    Item("26", "Derivation of themes", "Whether a model proposed any", (), "Say whether one proposed any."),
    Item("27", "Software", "Model, server, versions", ("Model", "Access")),
    Item("28", "Participant checking", "Checks of the model by people", ("Validation",)),
    Item("29", "Quotations presented", "That no quotation is a model’s", ("Generated words",)),
    Item("30", "Data and findings consistent", "What the model’s errors do to findings", ("Correction",)),
)  # fmt: skip
