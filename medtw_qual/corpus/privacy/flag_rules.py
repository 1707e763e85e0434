"""The rules of the privacy screen: patterns for what identifies a person in running English text."""

from collections.abc import Iterator

import regex

_MONTHS = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)"
)
_DAYS = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_DAY_NUMBER = r"(?:[12]?\d|3[01])(?:st|nd|rd|th)?"
_PART_OF_DAY = r"(?:night|morning|afternoon|evening)"
_COUNTED = (
    r"(?:\d+|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:one|two|three|four|five"
    r"|six|seven|eight"
    r"|nine))?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|half an?|a few|several"
    r"|a couple(?: of)?|a|an)"
)
_AGE_IN_WORDS = r"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ]\w+)?|\w+teen|ten|eleven|twelve)"
_DECADE = r"(?:teens|twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties|[1-9]0s)"
_SPAN = r"(?:minutes?|mins?|hours?|hrs?|days?|nights?|shifts?|weeks?|wks?|fortnights?|months?|years?|yrs?|decades?)"
_YEARS_OLD = r"(?:years?|yrs?|months?|weeks?|wks?|days?)"
_NAME = r"\p{Lu}[\p{L}\p{M}'’-]*\p{Ll}[\p{L}\p{M}'’-]*"
_NAMES = rf"{_NAME}(?:\s+(?:(?:van|von|de|der|den|del|la|le|al|bin)\s+){{0,2}}{_NAME}){{0,2}}"
_TITLE = (
    r"(?:[Dd]r|[Dd]octor|[Mm]r|[Mm]rs|[Mm]s|[Mm]iss|[Pp]rof|[Pp]rofessor|[Nn]urse|[Ss]ister|[Mm]atron|[Cc]onsultant"
    r"|[Mm]idwife|[Pp]orter|Señora?|Doña?|Herr|Frau|Mme)"
)
_KIN = (
    r"(?:(?:grand|great-grand|god|step|foster )?(?:mother|father|mum|mom|mam|dad|daughter|son|child|parents?|kids?)"
    r"|(?:grand)?(?:children|parents|ma|pa|pop)|nan|nana|granny|grandad|gran|wife|husband|widow(?:er)?"
    r"|spouse|fianc[ée]e?"
    r"|partner|boyfriend|girlfriend|(?:half-|step)?(?:brother|sister|sibling)s?(?:-in-law)?|twins?|sons|daughters"
    r"|(?:mother|father|son|daughter)-in-law|aunt(?:ie|y)?|uncle|cousin|niece|nephew|baby)"
)
_OF_KIN = (
    r"(?:late|dear|own|little|old|older|oldest|young|younger|youngest|elder|eldest|elderly|big|only|first"
    r"|beloved|lovely"
    r"|pregnant|teenage|newborn|twin|adult|whole|estranged|poor|brave|two|three|four|five|six|\d)"
)
_OWNER = r"(?:my|our|your|his|her|their|\p{L}+['’]s)"
# Capital words that follow "in", "from", "at" and name no place, and first words of what is no place.
_NO_PLACE = (
    rf"(?!(?:{_MONTHS}|{_DAYS}|I|We|Twitter|Bluesky|Mastodon|Zoom|English|Spanish|French|German|Arabic"
    rf"|Welsh|Christmas"
    r"|Thanksgiving|Easter|Advent|Ramadan|Eid|God|COVID|Covid|ICU|ITU|ED|ER|A&E|PPE|DMs?|MedTwitter|Slack|Teams|Dr"
    r"|Mr|Mrs|Ms|Prof|Sister|Nurse|The|My|Our|Your|His|Her|This|That|These|All|Every|NHS|Black|White"
    r"|Women|Men|Medicine"
    r"|Nursing|Surgery|Spring|Summer|Autumn|Winter)\b)"
)
_STREET = r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Court|Square|Terrace|Close|Crescent)"
_HOUSE = (
    r"(?:Hospital|Clinic|Infirmary|Medical\s+Cent(?:er|re)|Health\s+Cent(?:er|re)|General|Memorial|County|University"
    r"|Hospice|Park|Surgery|Practice|Care\s+Home)"
)
_NO_PERSON = (
    r"(?:Day|Week|Month|Year|Award|Awards|Health|Care|Nursing|Medical|Medicine|Hospital|Clinic|Street"
    r"|Road|University|College"
    r"|School|Department|Trust|Team|Journal|Conference|Lives|Matter|Covid|Long|Mental|Public|Royal"
    r"|National|International"
    r"|World|Happy|Good|Merry|New|Great|North|South|East|West|Central|Emergency|Intensive|Primary|Code"
    r"|Star|Google|Zoom)\b"
)
_CAPITAL_WORDS = (
    r"(?:Covid|Corona\w*|Lives|Nurses?|Doctors?|Monday|Internet|Wi|Excel|Google|Facebook|Instagram"
    r"|Netflix|Youtube|Tiktok|Reddit"
    r"|Threads|Telegram|Whatsapp|Christian\w*|Muslim\w*|Jewish|British|American|Irish|Indian|European"
    r"|African|Asian|Italian"
    r"|Latin|Twi|Hindi|Urdu|Polish|Welsh|Scottish|Dutch|Portuguese|Chinese|Japanese|Filipino|Nigerian"
    r"|Pakistani|Mexican|Canadian|Australian|Thanks|Thank|Please|Yes|No|Ok|Lord|Jesus"
    r"|Mother|Father|Heaven|Hippocrat\w*|Apgar|Glasgow\s+Coma|Parkinson\w*|Alzheimer\w*|Zoom|Spitfires?|Samosas?)\b"
)
_ILL = r"(?:patients?|pt|resident|lady|gentleman|man|woman|boy|girl|child|baby|chap|guy|lad|lass|kid|fellow|teenager)"
_SINGULAR = r"(?:patient|pt|resident)"

PATTERNS: dict[str, tuple[str, ...]] = {
    "date": (
        rf"(?i)\b{_DAY_NUMBER}(?:\s+of)?[\s-]+{_MONTHS}\b",
        rf"\b{_MONTHS}\.?\s+{_DAY_NUMBER}\b(?![\d%:])",
        r"\b(?:\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})|\d{4}[/.-]\d{1,2}[/.-]\d{1,2})\b",
        r"(?i)\b(?:on|admitted|died|discharged|born|extubated|since|until|from)\s+\d{1,2}[/.]\d{1,2}\b(?![/.]?\d)",
        r"(?i)\bon\s+the\s+\d{1,2}(?:st|nd|rd|th)\b",
        r"(?i)\b(?:Christmas|New\s+Year['’]?s?|Boxing|Easter)\s*(?:Eve|Day|Sunday|Monday)?,?\s+(?:of"
        r"\s+)?(?:19|20)\d\d\b",
    ),
    "time frame": (
        rf"(?i)\b{_COUNTED}\s+{_SPAN}\s+(?:ago|earlier|before|back)\b",
        rf"(?i)\bthe\s+other\s+(?:day|night|week|{_PART_OF_DAY})\b|\bearlier\s+this\s+(?:week|month|year)\b",
        r"(?i)\b(?:last|this\s+past)\s+(?:winter|spring|summer|autumn|fall|christmas|easter|shift|set\s+of"
        r"\s+nights)\b",
        r"(?i)\b(?:last|this)\s+(?:Jan|Febr)uary\b|\b(?:last|this|in\s+late|in\s+early)\s+(?-i:(?:March|April"
        r"|May|June|July"
        r"|August|September|October|November|December))\b",
        rf"(?i)\b(?:last|this|on|next)\s+{_DAYS}(?:\s+{_PART_OF_DAY})?\b",
        rf"(?i)\b{_DAYS}\s+{_PART_OF_DAY}\b",
        rf"(?i)\b(?:yesterday|the\s+day\s+before|earlier\s+today|this\s+{_PART_OF_DAY}|just\s+now|last"
        rf"\s+(?:night|week|month"
        r"|year|weekend))\b",
        rf"(?i)\b(?:tonight|today)\b(?=.*\b(?:an?|the|my|our|this)\s+(?:\w+\s+){{0,2}}(?:{_ILL}|{_KIN}|\w+er)\b"
        r".*\b(?:died|sang|told|asked|cried|came|went|wrote|said|gave|held|lost)\b)",
    ),
    "age over 89": (
        r"(?i)\b(?:9\d|1[01]\d)(?:[- ]?(?:years?|yrs?)(?:[- ]?(?:olds?|young))?|[- ]?(?:y\.?o\.?|y/o|yo[mf]?))\b",
        r"\b(?:9\d|1[01]\d)[MF]\b",
        r"(?i)\b(?:aged?|turn(?:s|ed|ing)|age\s+of|(?:she|he)\s+(?:is|was|['’]s)(?:\s+only)?)\s+(?:9\d"
        r"|1[01]\d)\b(?!\s*%)",
        r"(?i)\b(?:in|past)\s+(?:his|her|their|my)\s+(?:(?:late|early|mid)[- ]?)?(?:nineties|90s)\b",
    ),
    "age": (
        rf"(?i)\b{_COUNTED}[- ]?{_YEARS_OLD}[- ]?old\b",
        rf"(?i)\b{_COUNTED}[- ]{_YEARS_OLD}[- ]old\b",
        r"(?i)\b\d{1,2}\s?(?:y\.?o\.?|y/o|yo[mf])\b",
        r"\b\d{1,2}[MF]\b(?=[\s,.;:]|$)",
        r"(?i)\b(?:aged?|age\s+of|turned|turning|turns)\s+\d{1,2}\b(?!\s*(?:%|nurses|patients|people))",
        r"(?i)(?:^|,\s*)at\s+\d{1,2}\s+(?:he|she|they)\b",
        rf"(?i)\b(?:he|she|{_ILL})(?:\s+(?:is|was)|['’]s)\s+(?:only\s+|just\s+|barely\s+)?\d{{1,2}}\b"
        r"(?=\s*(?:$|[,.;!?]|and\b|but\b|with\b))",
        rf"(?i)\bin\s+(?:his|her|their|my)\s+(?:(?:late|early|mid)[- ]?)?{_DECADE}\b",
        rf"(?i)\b(?:he|she|{_ILL})(?:\s+(?:is|was)|['’]s)\s+(?:only\s+|just\s+|barely"
        rf"\s+)?{_AGE_IN_WORDS}\b(?!\s+(?:hours|min|days))",
        rf"(?i)\b(?:{_ILL}|{_KIN}),?\s+(?:of\s+)?\d{{1,3}}\b(?!\s*(?:%|hours|days|nights|weeks|times|kids"
        rf"|children|and\s+counting))",
        rf"(?i)\b(?:will\s+be|would\s+be|would\s+have\s+been|going\s+on)\s+(?:\d{{1,3}}"
        rf"|{_AGE_IN_WORDS})\b(?!\s*(?:%|of\b|people|nurses|min|hours))",
        rf"(?i)\b{_OWNER}\s+(?:\w+\s+)?\d{{1,2}}(?:st|nd|rd|th)\s+birthday\b",
        r"(?i)\b(?:aged|turned|turning|just\s+turned)\s+(?:\d{1,3}|\w+teen|\w+ty(?:[- ]\w+)?)\b(?!\s*%)",
        r"(?i)\b(?:teenage[dr]?|toddler|newborn|neonate|octogenarian|nonagenarian|centenarian)\b",
    ),
    "relative": (
        rf"(?i)\b{_OWNER}\s+(?:{_OF_KIN}\s+){{0,3}}(?:ex-)?{_KIN}\b(?!\s+(?:company|firm|organisation|hospital"
        rf"|in\s+arms))",
        rf"(?i)\b(?:his|her|their|my|the\s+patient['’]s)\s+(?:{_OF_KIN}\s+){{0,2}}(?:boys?|girls?|family|folks|ex)\b",
    ),
    "place": (
        rf"\b(?:[Ii]n|[Ff]rom|[Aa]t|[Nn]ear|[Oo]utside|[Tt]o|[Oo]f|[Ll]eft|[Rr]ural|[Dd]owntown)\s+{_NO_PLACE}"
        rf"{_NAME}(?:\s+{_NAME}){{0,2}}",
        rf"\b(?:(?:{_NAME}|St\.?|Saint|Mount|Royal)\s+){{1,3}}(?:{_HOUSE}|{_STREET})\b",
        rf"\b(?:{_NAME}['’]s?\s+)(?:Hospital|Medical|Hospice|Clinic|Infirmary)\b",
        rf"\b(?:[Tt]he\s+)?Royal\s+{_NAME}\b|\b(?:Saint|St\.?|Ste\.?|Queen|King)\s+{_NAME}",
        rf"\b(?i:village|town|city|island|county|borough|suburb|valley)\s+(?i:of|near|called|outside)\s+{_NAME}",
        rf"\b{_NAME}\s+(?:ED|A&E|ICU|ITU|ER)\b",
        rf"\b\d{{1,4}}[A-Za-z]?,?\s+(?:{_NAME}\s+){{1,2}}{_STREET}\b",
        r"\b\p{Lu}{4,}\s+(?:you|we|is|are|was|thank|hospital)\b",
    ),
    "name": (
        rf"\b{_TITLE}\.?\s+(?!(?:of|is|Bean|Who|Week|No|Google)\b)(?:\p{{Lu}}{{1,3}}\.?\s+)?"
        rf"(?:(?:[Vv]an|[Vv]on|[Dd]e|[Dd]er|[Dd]i|[Dd]el|[Ll]a)\s+){{0,2}}{_NAMES}",
        r"\b(?:DR|MR|MRS|MS|PROF)\.?\s+\p{Lu}{2,}\b",
        rf"\b(?:named|called|name\s+is|name\s+was|RIP|R\.I\.P\.)\s+{_NO_PLACE}{_NAMES}",
        rf"\b(?:[Tt]hank\s+you|[Tt]hanks|[Tt]hx|[Ss]hout\s*out\s+to|[Kk]udos\s+to|[Ll]ove\s+to|[Oo]we"
        rf"\s+everything\s+to"
        rf"|[Mm]iss\s+you|[Cc]ongratulations|[Cc]ongrats|by)\s+(?:{_TITLE}\.?\s+)?(?!Black|Women|God|Twitter)"
        rf"{_NAME}\s+{_NAME}",
        rf"\b(?i:little|old|young|big|baby|poor|sweet|brave|dear|dearest|lovely)\s+{_NO_PLACE}(?!Dr|Sister"
        rf"|Nurse){_NAME}(?!\s+(?:Day|Week))",
        rf"\b(?i:happy\s+birthday|goodbye|farewell|rest\s+in\s+peace|well\s+done|bravo|welcome\s+back|miss"
        rf"\s+you),?\s+(?:{_TITLE}\.?\s+)?"
        rf"(?!(?:Team|Nurse|Everyone|All|Twitter)\b){_NO_PLACE}{_NAMES}",
        # Two words with capitals inside a sentence, but for those that institutions and campaigns are made of.
        rf"(?<=\p{{Ll}}[,:]?\s){_NO_PLACE}(?!{_NO_PERSON}){_NAME}\s+(?!{_NO_PERSON}){_NAME}\b",
        # One word with a capital inside a sentence of small letters.
        rf"(?<=\p{{Ll}},?\s){_NO_PLACE}(?!{_NO_PERSON}|{_CAPITAL_WORDS})\p{{Lu}}\p{{Ll}}{{2,}}\b(?![-\p{{Lu}}])",
        rf"\b(?i:{_OWNER}|the)\s+(?i:patient|resident|friend|colleague|partner|mentor|boss|porter|registrar|{_KIN}),?"
        rf"\s+{_NO_PLACE}{_NAMES}",
    ),
    "contact": (
        r"(?i)\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b",
        r"(?i)\b[\w.+-]+\s?[\[(]at[\])]\s?[\w-]+\s?[\[(]dot[\])]\s?\w+",
        r"(?<![\w@])@[\w.-]*\w",
        r"(?<![\w/])/?u/[\w-]{3,}",
        r"(?i)\b(?:https?://|www\.)\S+",
        # International: a plus and 8 to 15 digits (ITU-T E.164); national forms begin with 0 or (area).
        r"(?<![\w/+])\+\d{1,3}(?:[\s().-]*\d){6,13}(?!\d)",
        r"(?<![\w/.])\(?0\d{1,4}\)?(?:[\s.-]?\d{2,4}){2,5}(?![\w/])",
        r"(?<![\w/.-])(?:1[ .-])?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\d)",
        r"(?i)\b(?:call|ring|phone|text|tel\.?|telephone|fax|bleep|pager?|ext\.?|extension|whatsapp|mobile"
        r"|cell|dial)\b"
        r"[^\d\n]{0,20}(?:\d[\d\s().-]{2,14}\d)(?!\s*(?:minutes|hours|days|nights|years|times|%))",
    ),
    "record or room": (
        r"(?i)\b(?:MRN|NHS|CHI|hosp(?:ital)?|case|chart|record|(?:patient|pt)\s+(?:id|no\.?|number)|account"
        r"|unit|reference|ref\.?|sample|specimen|accession|insurance|policy|medicare|ssn"
        r"|social\s+security|passport|licen[cs]e|admission|file|lab)\s*(?:no\.?|num(?:ber|\.)?|#|id"
        r"|nr\.?)?\s*(?:is|:)?\s*#?\s*"
        r"(?:[A-Z]{0,3}[ -]?\d[\d /-]{2,}\d[A-Z]?\b(?!\s*(?:survey|guideline|report)))",
        r"\b[A-Z]{2}(?:\s?\d{2}){3}\s?[A-D]\b",
        r"\b\d{3}-\d{2}-\d{4}\b",
        r"(?i)\b(?:room|bed|bay|cubicle|theatre|side\s+room|trolley|ward)"
        r"\s+(?:no\.?\s*)?\d+[A-Z]?\b(?!\s*(?:%|shortages))",
        r"(?i)\b(?:bed|bay|room)\s+(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b",
    ),
    "patient": (
        rf"(?i)\b(?:my|our|this|that|another|one)\s+(?:(?:\p{{L}}+[- ]){{0,3}}?){_SINGULAR}\b(?!\s+(?:safety"
        rf"|care|list|load))",
        rf"(?i)\b(?:had|saw|lost|met|nursed|remember|treated|for)\s+an?\s+(?:\p{{L}}+[- ]){{0,3}}?{_SINGULAR}\b",
        rf"(?i)\ban?\s+(?:\p{{L}}+[- ]){{0,3}}?{_SINGULAR}\s+(?:of\s+(?:mine|ours)|who|that|at\s+my|named"
        rf"|called|proposed"
        r"|told|asked|came|went|died|said|wrote|gave|sang|just|once)\b",
        r"(?i)\bthe\s+(?:\p{L}+[- ]){0,2}?patient\s+(?:in|who|from|whose|with|asked|told|died|said|I|we"
        r"|opposite|next|was|had)\b",
        r"(?i)\b(?:a|one|my|our|this)\s+(?:\p{L}+\s+)?patient['’]s\b(?!\s+(?:safety|rights|voice|choice))",
        r"(?i)\b(?:one|two|three|some|several|many|half)\s+of\s+(?:my|our)\s+(?:\p{L}+\s+)?patients\b",
        r"(?i)\b(?:my|our)\s+(?:\p{L}+\s+)?patients?\s+(?:tonight|today|yesterday|this\s+\w+|died|sang|cried"
        r"|lost|told|gave)\b",
        rf"(?i)\b(?:cared\s+for|looked\s+after|nursed|treated|admitted|delivered|sat\s+with|resuscitated"
        rf"|operated\s+on|discharged)"
        rf"\s+(?:an?|the|this|one)\s+(?:\p{{L}}+[- ]){{0,2}}?{_ILL}\b",
        rf"(?i)\b(?:the|an?|this|that)\s+(?:\p{{L}}+\s+)?{_ILL}\s+(?:in|from|opposite|behind|next\s+to|on)"
        rf"\s+(?:the\s+|my\s+|our\s+)?(?:next\s+)?(?:bed|bay|room"
        r"|cubicle|corner|ward|resus|corridor|side\s+room|ICU|ITU)\b",
        rf"(?i)\ban?\s+(?:\p{{L}}+[- ]){{0,2}}?{_SINGULAR}\s+(?:I|we|has|had|was|is|brought|thanked|hugged"
        rf"|taught|danced|sent|left|made"
        r"|woke|called|turned|wanted|knew|refused|\p{{L}}{{3,}}ed)\b",
        rf"(?i)\b(?:the|an?|this|that)\s+(?:\p{{L}}+\s+)?{_ILL}\s+(?:that\s+|who(?:m)?\s+)?(?:I|we)"
        rf"\s+(?:looked\s+after"
        r"|cared\s+for|nursed|treated|saved|lost|delivered|met|operated\s+on|admitted)\b",
    ),
}  # fmt: skip
COMPILED: dict[str, tuple[regex.Pattern[str], ...]] = {
    kind: tuple(regex.compile(pattern) for pattern in patterns) for kind, patterns in PATTERNS.items()
}


# Some rules look ahead or back from every word: a text is searched in windows, so that one of twice the length takes
# twice the time and not four times. No rule's passage is as long as the part that two windows share.
_WINDOW, _SHARED = 1200, 400


def find_passages(kind: str, text: str) -> list[tuple[int, int]]:
    """Return where a kind is found in a text, in its order; passages that overlap are joined.

    Parameters
    ----------
    kind : str
        One of `PATTERNS`.
    text : str
        Any text; one of more than 1,200 characters is searched in windows that share 400.

    Examples
    --------
    >>> find_passages("contact", "ring +44 7700 900456 now")
    [(0, 20)]
    >>> find_passages("contact", "well " * 300 + "ring +44 7700 900456 now")
    [(1500, 1520)]
    """
    found = sorted(set(_found_in_windows(kind, text)), key=lambda span: (span[0], -span[1]))
    kept: list[tuple[int, int]] = []
    for begin, end in found:
        if kept and begin < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(kept[-1][1], end))
        else:
            kept.append((begin, end))
    return kept


def _found_in_windows(kind: str, text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while True:
        end = min(start + _WINDOW, len(text))
        for pattern in COMPILED[kind]:
            for match in pattern.finditer(text, start, end):
                # what a window's end may have cut off is found whole in the next one
                if match.end() < end or end == len(text):
                    yield match.span()
        if end == len(text):
            return
        start = end - _SHARED
