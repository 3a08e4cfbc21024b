"""Africa, in English and French."""

from forum.demo.people import LAWYERS
from forum.demo.shapes import Conversation

CONVERSATIONS = (
    Conversation(
        "en",
        "How do you make “last resort” visible in a file?",
        "africa",
        (
            (
                "zanele",
                "When I inspect, I ask the magistrate's clerk for the file and look for one thing: where does it say what *else* was considered before the child was remanded? JWC-KAM11-R02 asks for last resort **in practice**. In most files there is nothing to read, so there is nothing to inspect.\n\nHas anybody managed to make the question part of the form itself?",
            ),
            (
                "kofi",
                "We have a half page that travels with the social report: four boxes (parent at home, relative, supervised at home, open shelter), each with *considered*, *not available*, *refused because*. The magistrate signs at the bottom. It took two years and a friendly registrar.\n\nThe best effect was unexpected: when **not available** was ticked often enough, the district suddenly found money for two foster families.",
            ),
            (
                "thierry",
                "I am a judge, so let me say why we leave it empty: we have nine minutes. A form that can be completed in one minute will be completed. A form that asks for prose will not.",
            ),
            (
                "zanele",
                "> I am a judge, so let me say why we leave it empty: we have nine minutes.\n\nThat is the most useful sentence I have heard this month. So: boxes, a signature, and somebody who counts the boxes once a quarter.",
            ),
            (
                "amina",
                "And a lawyer who asks aloud for the form when it is missing. We started doing so at every remand hearing; by the third month the clerk put it on top of the file before we came in.",
            ),
            (
                "kofi",
                "I can share ours. It is one sheet, both sides, no names on it except the file number. @zanele shall I bring it to the next call?",
            ),
        ),
        4,
        about=("JWC-KAM11-R02", "WC15-R10"),
        themes=("deprivation-of-liberty", "data-monitoring"),
        pinned=True,
    ),
    Conversation(
        "en",
        "A duty roster for police stations: what made yours survive?",
        LAWYERS,
        (
            (
                "amina",
                "WC21-R06 says no child without a lawyer. Ours says: Monday and Thursday, if the car works. We want a real roster for five stations with eleven lawyers, most of them volunteers.\n\nWhat made yours survive the first year?",
            ),
            (
                "chidi",
                "Three things, in this order: a phone that belongs to the roster and not to a person; a station officer who is thanked by name; and a rule that nobody is on duty more than one night in ten. We broke the third rule once and lost two colleagues.",
            ),
            (
                "zanele",
                "Ask the stations to write the time of the call into the custody record. Then the roster can be measured, and what is measured is funded. Ours went from *sometimes* to a median of 52 minutes because the number was on the wall.",
            ),
            (
                "tesfa",
                "My students help with the first twenty minutes: language, calling the family, water. They do not advise. It is good for everyone, as long as the line between the two is drawn in ink.",
            ),
            (
                "amina",
                "Thank you. A phone, a name, a limit, a number on the wall. I will report in three months, also if it goes wrong.",
            ),
        ),
        11,
        about=("WC21-R06",),
    ),
    Conversation(
        "fr",
        "Médiation familiale avant le retour : combien de visites ?",
        "africa",
        (
            (
                "mariam",
                "Bonjour à toutes et à tous. JWC-COT16-R01 parle de médiation au service de la réinsertion. Chez nous, la règle est : trois visites à la famille avant le retour, une après. Sur le papier, c'est clair ; sur la piste, en saison des pluies, beaucoup moins.\n\nCombien en faites-vous, et que sacrifiez-vous quand on ne peut pas tout faire ?",
            ),
            (
                "awa",
                "Nous préférons deux visites avant et deux après. Avant, tout le monde promet. C'est la deuxième semaine après le retour que la famille a besoin de quelqu'un qui s'assoit et boit le thé.",
            ),
            (
                "thierry",
                "Du côté du tribunal : si le rapport dit simplement *visite faite*, je ne sais rien. Dites-moi plutôt qui a parlé, et ce que le jeune a demandé. Une demi-page suffit.",
            ),
            (
                "mariam",
                "@awa la deuxième semaine, oui, mille fois. Nous allons essayer deux et deux, en gardant un appel téléphonique là où la route est coupée.",
            ),
            (
                "awa",
                "Et choisissez ensemble avec le jeune **qui** dans la famille fait la première visite au centre. La réponse surprend souvent.",
            ),
        ),
        9,
        about=("JWC-COT16-R01", "JWC-LOM26-R01"),
        themes=("reintegration", "customary-informal"),
        mailed=(
            (
                2,
                "Mariam D. a écrit :\n> Combien en faites-vous, et que sacrifiez-vous quand on ne peut pas tout faire ?\n\n-- \nAwa S.\nConseil des femmes médiatrices",
            ),
        ),
    ),
    Conversation(
        "en",
        "Elders and rights: what both sides may refuse",
        "customary-informal",
        (
            (
                "tesfa",
                "JWC-ADD18-R05 asks that children's rights hold in informal justice too. In our study area nine of ten matters never see a court. We are drafting, with the elders, a page on what *neither* side may agree to.\n\nSo far: no marriage, no labour as payment, nobody speaks for a child who is in the room. What would you add?",
            ),
            (
                "awa",
                "En français, pardon : **l'enfant peut partir de la réunion sans que cela lui soit reproché.** C'est la première ligne de notre page, et elle a été proposée par une grand-mère.",
            ),
            (
                "tane",
                "From far away: we say that the first person to speak is not the most senior one. It changes everything that follows, and elders understood the reason faster than officials did.",
            ),
            (
                "tesfa",
                "Both go in. @awa I will credit your council as *a council of women mediators*, unless you prefer otherwise.",
            ),
        ),
        18,
        about=("JWC-ADD18-R05", "WC21-ARA21-R02"),
        regions=("africa",),
    ),
    Conversation(
        "en",
        "Who pays for the strategy? Reading Kenya's launch as outsiders",
        "africa",
        (
            (
                "kofi",
                "JWC-KEN24-R01 says: fund the national strategy. I have seen three strategies in my career, each with a beautiful cover. Amina, what is different about the money this time?",
            ),
            (
                "amina",
                "Honestly: so far, the question. At the launch the room asked about the budget line before it asked about the logo. There is a costed annex, and county officers were asked to find their own line in it. Whether they do is another matter.",
            ),
            (
                "zanele",
                "We ask every July for the *released* amount next to the *planned* one. Two columns, no comment. It is dull and it works.",
            ),
        ),
        23,
        about=("JWC-KEN24-R01", "JWC-ADD18-R02"),
        themes=("systems-specialisation",),
    ),
)
