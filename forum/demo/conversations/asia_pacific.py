"""Asia and the Pacific, in English."""

from forum.demo.shapes import Conversation

CONVERSATIONS = (
    Conversation(
        "en",
        "The week before somebody comes home",
        "reintegration",
        (
            (
                "bao",
                "We plan the months after release and forget the week before it. In our province that week decides a lot: is there a bed, does the school know, who meets the bus?\n\nWC15-R05 asks us to exchange practice on reintegration, so here is ours: a list of nine questions, asked on day minus seven. Which questions would you add?",
            ),
            (
                "sari",
                "From inside: *what would you like to take with you?* People laugh, and then it turns out that a certificate, a drawing and a phone number are in three different offices.",
            ),
            (
                "mikael",
                "*Who do you not want to meet on the first day?* Asked privately. It prevents more trouble than any condition we write.",
            ),
            ("mariam", "En français : *qui prépare le repas ?* Chez nous, c'est la vraie question de l'accueil."),
            ("bao", "Twelve questions now. “Who cooks?” goes to the top: it is the only one everybody can answer."),
        ),
        2,
        about=("WC15-R05", "WC21-R03"),
        regions=("asia-pacific",),
    ),
    Conversation(
        "en",
        "Diversion data: the smallest set worth keeping",
        "asia-pacific",
        (
            (
                "mei",
                "For JWC-PHU15-R02 we tried to compare diversion across five systems. Five definitions, five years, no comparison. I now believe in the smallest set that anybody would keep voluntarily:\n\n1. how many were referred\n2. how many were offered diversion\n3. how many completed it\n4. days from contact to offer\n\nWhat is missing, and what is already too much?",
            ),
            (
                "arjun",
                "Sex and age band, or the first question in any meeting will be why they are missing. But as totals, never as a list of cases.",
            ),
            (
                "tane",
                "A fifth line: *how many declined, and were they asked why?* It keeps us honest about what we offer.",
            ),
            ("nino", "From police: number 4 is the only one my chief will read. Put it first."),
            (
                "mei",
                "Reordered, with age bands as totals and declines counted. If four services send me a quarter each, I will put the sheet in the library.",
            ),
        ),
        7,
        about=("JWC-PHU15-R02",),
        themes=("data-monitoring", "diversion-restorative"),
    ),
    Conversation(
        "en",
        "Family group conferences: who is allowed to be late?",
        "diversion-restorative",
        (
            (
                "tane",
                "An odd question that tells me a lot about a service. In ours, the family may be late and we may not. It cost us a van and gave us a reputation.\n\nWC15-R07 says restorative *by principle*. What small rule shows the principle where you are?",
            ),
            (
                "ana",
                "We never sit behind a table. When we borrow a room with a table, we move it to the wall with the family; by then everyone has already done something together.",
            ),
            ("ines", "The person who was harmed chooses the day. Everyone else adapts, including the court."),
            ("kofi", "The young person pours the water. It started by accident."),
        ),
        16,
        about=("WC15-R07", "WC09-R07"),
    ),
    Conversation(
        "en",
        "Training new officers: the first hour, not the whole week",
        "asia-pacific",
        (
            (
                "sari",
                "I have a week with new officers and they remember the first hour. At present the first hour is uniforms. JWC-KYO21-R01 asks for continuous training in child rights; I would like to begin with one good hour.\n\nWhat would you do with it?",
            ),
            (
                "zanele",
                "Lock them in for ten minutes, kindly, with the light they cannot switch off. Then talk about light switches for fifty minutes. Every rule you have follows from there.",
            ),
            ("noor", "Invite somebody who was once young in a place like that, pay them, and let them speak last."),
            (
                "sari",
                "I shall try the light switch in March, and look for a speaker properly, with support and a fee. Thank you both.",
            ),
        ),
        12,
        about=("JWC-KYO21-R01", "WC25-R07"),
        themes=("deprivation-of-liberty", "systems-specialisation"),
    ),
    Conversation(
        "en",
        "Explaining the minimum age to a parliamentary committee in five minutes",
        "minimum-age",
        (
            (
                "arjun",
                "I have five minutes before a committee next month. WC21-R17: a minimum age of at least fourteen. They will ask about *the worst case*. How do you answer without sounding as if you did not care about victims?",
            ),
            (
                "piotr",
                "Begin with the answer to their question: something **will** happen, and here is who does it, from tomorrow morning. Only then say why it is not a criminal court.",
            ),
            ("mei", "One graph. Age on one axis, what was done on the other. No adjectives."),
            ("aoife", "And General Comment 24 as a footnote, not as a headline: they need to own it themselves."),
            ("arjun", "“From tomorrow morning” is my opening. I will tell you how it went."),
        ),
        19,
        about=("WC21-R17", "JWC-KYO21-R04"),
        regions=("asia-pacific",),
    ),
)
