"""What English questions ask for besides a kind of answer: what is not so, what is still to come, who is the most.

Data only; patterns see folded text.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from bot.language import Form
from bot.patterns import lazy


def _re(pattern: str) -> re.Pattern[str]:
    return lazy(pattern, re.VERBOSE)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HELPERS = r"(?:ca|wo|has|have|had|did|do|does|was|were|is|are|could|would|will|can)"
_GIVEN = (r"(?:ga?ve?|gives|given|sent|sends?|made|makes?|paid|pays?|pledged|had|ha[sv]e?|got|received|delivered|"
          r"contributed|put\s+in|chipped\s+in|offered|bought|said)")

# "Who has not paid", "which sent nothing": what was done is no answer. What is said by the way ("you do not know",
# "who leads it, not counting ...") is told apart by the helping verb and by what follows.
NEGATED = _re(
    rf"\b{_HELPERS}(?:n'?t\b(?!\s+(?:it|that|this|they|he|she|there|you|we|i)\b)|(?:\s+\w+){{0,3}}?\s+(?:not|never)\b)(?!\s+(?:(?:all\s+|really\s+|even\s+)?(?:agree|match|tally|add\s+up|fit|correspond)|only|just|know|sure|mind|care|understand|remember|matter|want|see|find|get\s+it|be\s+(?:right|true|so))\b)"
    rf"|(?<!\bor\s)\bnever\b(?!\s*mind|\s+heard)|\b(?:ha[sv]e?|had|is|are)\s+(?:still\s+)?yet\s+to\b|\bfail(?:s|ed)?\s+to\b|\brefus(?:es?|ed|ing)\b|\bdeclin(?:es?|ed|ing)\s+to\b"
    rf"|\b{_GIVEN}\s+(?:\w+\s+)?(?:no(?!\s+(?:less|fewer|more|longer)\b)|nothing|none|zero)\b|\b(?:who|which|countries|members|states)\b.*\b(?:not|nothing|no\s+\w+)\s*\?*$"
)

# "When is the next meeting": what lies after today, unless a past tense or a name tells after what else.
AHEAD = _re(
    r"^(?!.*\b(?:was|were|did|had|came|joined|happened|signed|followed|took|went|became|got|after)\b)(?:.*\b)?(?:"
    r"(?:next|upcoming|forthcoming)\b(?!\s+(?:to|of|door|one|ones|question|topic|thing|\d+|two|three|few|day|week|month|year|quarter|spring|summer|autumn|winter|january|february|march|april|may|june|july|august|september|october|november|december)\b)"
    r"|the\s+coming\b(?!\s+(?:day|week|month|year|out|in|together|quarter|spring|summer|autumn|winter))|coming\s+up\b|(?:still|yet)\s+to\s+come\b|(?:meets?|meeting|gather|convene|be\s+held)\b.*\bagain\b)"
)

# "Who gave the most": a fact that does not rank tells nothing of it.
SUPERLATIVE = _re(
    r"(?:the\s+)?(?:most(?!\s+recent)|biggest|largest|highest|greatest|top|smallest|least|lowest|fewest|cheapest)\b"
)

# "Who runs it together with Ann": somebody on a list with her, and not what she does alone.
BESIDE = _re(r"\bwith\s+whom\b|\b(?:who(?:m|s)?|which)\b.*\b(?:alongside|with)\b|\bpartners?\s+in\b")
QUOTING = _re(
    r"\b(?:sa(?:ys?|id)|writ(?:es?|ing|ten)|wrote|report(?:s|ed|ing)?|according|tells?|told|claim(?:s|ed)?|publish(?:es|ed)?"
    r"|print(?:s|ed)?|mention(?:s|ed)?|quot(?:es?|ed)|word(?:s|ed)|stor(?:y|ies)|articles?|news|outlets?|sources?)\b"
)
CITING = _words("according")  # some way in front of a name: it is who says so
OWNING = _words("of")  # in front of a name: what is asked for is its own

DISPUTING = _re(r"\bdisput(?:ed?|es|ing)\b|\bcontested\b|\bin\s+dispute\b|\bcontroversial\b|\b(?:disagree|differ)s?\b")

# "I am writing a paper and need the date on which ...": what is asked comes after the asker.
PREAMBLE = _re(
    r"^\W*(?:(?:hi+|hello|hey|dear\s+\w+|good\s+(?:morning|afternoon|evening|day)|so|ok(?:ay)?|well|please|sorry|thanks)\b\W*)*"
    r"(?:i|im|i'm|ive|i've|we|we're|were\s+(?:writing|doing|preparing)|my|our|student|journalist|reporter|teacher|editor|need(?:ed)?|looking\s+for|searching\s+for"
    r"|for\s+(?:my|our|an?|the|some)\s+(?:\w+\s+){0,2}(?:paper|essay|thesis|article|report|homework|presentation|speech|talk|lecture|class|course|school|project|piece|story|quiz|exam|book|blog|podcast|briefing|dissertation|assignment|timeline|infographic|newsletter|column)"
    r"|as\s+an?\s+\w+|writing|preparing|doing|working\s+on|compiling|researching|checking|fact\W?checking)\b"
)

# "When did they come in as the 16th": when they did is the answer, and tells which they were.
PLACED = _re(
    r"\b(?:as|becom(?:e|es|ing)|became)\s+(?:(?:the|its|their)\s+)?"
    r"(?:number\s+\d+|(?:number\s+)?(?:\d+|\w+)(?:st|nd|rd|th))\b"
)

CURRENCIES = MappingProxyType({
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "gbp": "GBP", "quid": "GBP", "pound": "GBP",
    "pounds": "GBP", "sterling": "GBP", "$": "USD", "us$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD",
    "bucks": "USD", "c$": "CAD", "ca$": "CAD", "cad": "CAD", "a$": "AUD", "au$": "AUD", "aud": "AUD", "nz$": "NZD",
    "nzd": "NZD", "nok": "NOK", "sek": "SEK", "dkk": "DKK", "kroner": "NOK", "krone": "NOK", "kronor": "SEK",
    "krona": "SEK", "zloty": "PLN", "zlotys": "PLN", "zloties": "PLN", "pln": "PLN", "francs": "CHF", "chf": "CHF",
    "yen": "JPY", "jpy": "JPY", "hryvnia": "UAH", "hryvnias": "UAH", "uah": "UAH", "roubles": "RUB", "rubles": "RUB", "rub": "RUB", "lats": "LVL",
    "lira": "TRY", "crowns": "CZK", "czk": "CZK", "yuan": "CNY",
})

_CURRENCY = f"(?:{'|'.join(word for word in CURRENCIES if word.isalpha())})"

# "In dollars?": a sum in another currency is no answer.
CONVERTED = _re(rf"\bin\s+(?:\w+\s+)?{_CURRENCY}\b|^(?:and\s+|or\s+|what\s+about\s+)?(?:in\s+)?{_CURRENCY}\W*$")

# "How much have they given in total": one of several sums is no answer; the words of facts that tell the whole.
TOTALLING = _re(
    r"\b(?:in\s+total|(?<!the\s)total|in\s+all|altogether|overall|all\s+told|all\s+together|so\s+far|to\s+date|up\s+to\s+now|(?:all|everything)\s+up\s+(?:to|until))\b"
)
TOTALS = _words("total totals altogether overall")

# "Who runs it": the one thing that somebody else does something to or is in, told at the end.
OBJECT = _re(r"\bit(?:\s+(?:all|now|today|currently|at\s+present|these\s+days))?\W*$")

# "How many countries": a number of things is no answer, whatever else fits. `COUNTRIES` are the units of such numbers.
COUNTING_COUNTRIES = _re(
    r"\b(?:how\s+many|number\s+of)\s+(?:(?:of\s+the|other|others?|more|new|different|official|founding|lead|member|further|\w+an)\s+){0,2}"
    r"(?:countries|states|nations|members|governments)\b"
)
COUNTRIES = _words("""
country countries state states nation nations member members founder founders participant participants signatory
signatories government governments
""")

FORMS = MappingProxyType({
    Form.QUOTING: QUOTING, Form.BESIDE: BESIDE, Form.COUNTRIES: COUNTING_COUNTRIES, Form.CONVERTED: CONVERTED,
    Form.TOTAL: TOTALLING,
})
