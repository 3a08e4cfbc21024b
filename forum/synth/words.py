"""The words invented people write with: per language, parts that make a sentence when put one after another."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Phrases:
    openings: tuple[str, ...]
    actors: tuple[str, ...]
    deeds: tuple[str, ...]
    things: tuple[str, ...]
    ends: tuple[str, ...]
    topics: tuple[str, ...]


def among(words: str) -> tuple[str, ...]:
    """The alternatives in a text that parts them with strokes, on as many lines as it likes."""
    return tuple(" ".join(part.split()) for part in words.split("|"))


ENGLISH = Phrases(
    openings=among(
        """
        In our district | Since last spring | As far as I can tell | Two years ago | For the first time | After the
        training | In most of the files I read | According to the families | Honestly | When the new law came in
        """
    ),
    actors=among(
        """
        the juvenile court | our probation team | one of the judges | the police unit | a group of lawyers | the
        school council | the reception centre | a social worker I know | the ombudsperson | the youth panel | the
        ministry | a mediator
        """
    ),
    deeds=among(
        """
        began to review | stopped using | learned to explain | asked us to write down | took part in | visited every
        month | changed the rules about | paid for | shared an evaluation of | trained colleagues in | waited far
        too long for | published a short guide to
        """
    ),
    things=among(
        """
        diversion plans | the first interview | legal aid at night | restorative conferences | time in police
        custody | child-friendly summons | the length of detention | family visits | the complaint box |
        interpreters for children | data on girls in custody | release after sentence | school places for returning
        children | the waiting room
        """
    ),
    ends=among(
        """
        and fewer children came back | although nobody had counted before | with almost no budget | and the parents
        noticed | because the old way helped no one | which surprised all of us | so we kept the minutes | and I
        would like to hear how you do it | before the hearing starts | with the help of older pupils | in three
        languages
        """
    ),
    topics=among(
        """
        Diversion before the first hearing | Who explains the decision? | Counting children in custody | Mediation
        with more than one family | Night shifts and legal aid | After release | Girls in mixed facilities | What
        the waiting room tells | Training the police | Remand review
        """
    ),
)

SPANISH = Phrases(
    openings=among(
        """
        En nuestra provincia | Desde el año pasado | Hasta donde sé | Hace dos años | Por primera vez | Después de
        la formación | En la mayoría de los casos | Según las familias | Sinceramente
        """
    ),
    actors=among(
        """
        el juzgado de menores | nuestro equipo técnico | una de las juezas | la defensoría | la policía local | un
        grupo de abogadas | el consejo escolar | el centro de acogida | una mediadora | el ministerio
        """
    ),
    deeds=among(
        """
        empezó a revisar | dejó de usar | aprendió a explicar | nos pidió describir | participó en | visitó cada mes
        | cambió las reglas sobre | financió | compartió una evaluación de | esperó demasiado tiempo por | publicó
        una guía breve sobre
        """
    ),
    things=among(
        """
        los planes de remisión | la primera entrevista | la asistencia jurídica nocturna | las reuniones
        restaurativas | el tiempo en comisaría | las citaciones en lenguaje sencillo | la duración de la detención |
        las visitas familiares | los intérpretes para niños | los datos sobre niñas privadas de libertad | la vuelta
        a la escuela
        """
    ),
    ends=among(
        """
        y menos jóvenes regresaron | aunque nadie lo había contado antes | casi sin presupuesto | y las familias lo
        notaron | porque lo anterior no ayudaba a nadie | lo cual nos sorprendió | y me gustaría saber cómo lo hacen
        ustedes | antes de la audiencia | en tres idiomas
        """
    ),
    topics=among(
        """
        Remisión antes de la audiencia | ¿Quién explica la decisión? | Contar a los niños detenidos | Mediación con
        varias familias | Defensa de guardia | Después de la salida | Formar a la policía
        """
    ),
)

FRENCH = Phrases(
    openings=among(
        """
        Dans notre ressort | Depuis le printemps | À ma connaissance | Il y a deux ans | Pour la première fois |
        Après la formation | Dans la plupart des dossiers | D'après les familles
        """
    ),
    actors=among(
        """
        le tribunal pour enfants | notre équipe éducative | une des juges | la brigade des mineurs | un groupe
        d'avocates | le conseil de l'école | le foyer d'accueil | un médiateur | le ministère
        """
    ),
    deeds=among(
        """
        a commencé à revoir | a cessé d'utiliser | a appris à expliquer | nous a demandé de décrire | a participé à
        | a visité chaque mois | a changé les règles sur | a financé | a partagé une évaluation de | a trop
        longtemps attendu | a publié un petit guide sur
        """
    ),
    things=among(
        """
        les mesures alternatives | le premier entretien | l'aide juridique la nuit | les rencontres restauratives |
        la durée de la garde à vue | les convocations en langage clair | les visites des familles | les interprètes
        pour enfants | les chiffres sur les filles détenues | le retour à l'école
        """
    ),
    ends=among(
        """
        et moins de jeunes sont revenus | alors que personne n'avait compté | presque sans budget | et les parents
        l'ont remarqué | ce qui nous a tous surpris | avant l'audience | en trois langues | et j'aimerais savoir
        comment vous faites
        """
    ),
    topics=among(
        """
        Les alternatives avant l'audience | Qui explique la décision ? | Compter les enfants détenus | La médiation
        à plusieurs familles | La permanence des avocats | Après la sortie
        """
    ),
)

ARABIC = Phrases(
    openings=among(
        """
        في منطقتنا | منذ العام الماضي | على حد علمي | قبل سنتين | للمرة الأولى | بعد التدريب | في معظم الملفات |
        بحسب الأسر
        """
    ),
    actors=among(
        """
        محكمة الأحداث | فريق المتابعة لدينا | إحدى القاضيات | شرطة الأطفال | مجموعة من المحاميات | مجلس المدرسة |
        دار الاستقبال | إحدى الوسيطات
        """
    ),
    deeds=among(
        """
        بدأت في مراجعة | توقفت عن استخدام | تعلمت شرح | طلبت منا وصف | شاركت في | غيرت قواعد | مولت | نشرت دليلا
        قصيرا عن
        """
    ),
    things=among(
        """
        التدابير البديلة | المقابلة الأولى | المساعدة القانونية ليلا | جلسات العدالة التصالحية | مدة التوقيف |
        زيارات الأسر | المترجمين للأطفال | العودة إلى المدرسة
        """
    ),
    ends=among(
        """
        وعاد عدد أقل من الأطفال | رغم أن أحدا لم يكن يحصي | بلا ميزانية تقريبا | ولاحظ الأهل ذلك | وهذا ما فاجأنا
        جميعا | قبل بدء الجلسة | بثلاث لغات
        """
    ),
    topics=among(
        """
        البدائل قبل الجلسة | من يشرح القرار؟ | إحصاء الأطفال الموقوفين | الوساطة بين أسر عدة | بعد الخروج
        """
    ),
)

PORTUGUESE = Phrases(
    openings=among(
        """
        Na nossa comarca | Desde o ano passado | Até onde sei | Há dois anos | Pela primeira vez | Depois da
        formação | Na maioria dos processos | Segundo as famílias
        """
    ),
    actors=among(
        """
        o juizado da infância | nossa equipe técnica | uma das juízas | a defensoria | a polícia local | um grupo de
        advogadas | o conselho escolar | a casa de acolhimento | uma mediadora
        """
    ),
    deeds=among(
        """
        começou a rever | deixou de usar | aprendeu a explicar | nos pediu para descrever | participou de | visitou
        todo mês | mudou as regras sobre | financiou | publicou um guia curto sobre
        """
    ),
    things=among(
        """
        as medidas alternativas | a primeira entrevista | a assistência jurídica à noite | os círculos restaurativos
        | o tempo na delegacia | as visitas da família | os intérpretes para crianças | a volta à escola
        """
    ),
    ends=among(
        """
        e menos jovens voltaram | embora ninguém tivesse contado antes | quase sem orçamento | e os pais perceberam
        | o que surpreendeu a todos | antes da audiência | em três línguas
        """
    ),
    topics=among(
        """
        Alternativas antes da audiência | Quem explica a decisão? | Contar as crianças detidas | Mediação com várias
        famílias | Depois da saída
        """
    ),
)

LANGUAGES = {"en": ENGLISH, "es": SPANISH, "fr": FRENCH, "ar": ARABIC, "pt": PORTUGUESE}
#: How often each is written.
SHARES = {"en": 50, "es": 20, "fr": 14, "ar": 8, "pt": 8}

GIVEN_NAMES = among(
    """
    Amina | Bruno | Chiara | Daniel | Esther | Farid | Grace | Hana | Inés | Joseph | Kofi | Leila | Mateo | Nadia |
    Olga | Pedro | Rania | Samuel | Tomás | Uma | Víctor | Wanjiru | Yasmin | Zoé
    """
)
FAMILY_NAMES = among(
    """
    Abreu | Boateng | Cruz | Dlamini | Estrada | Ferrari | García | Haddad | Ibrahim | Jansen | Keita | Lindqvist |
    Mbeki | Nguyen | Okafor | Pereira | Quispe | Rossi | Suárez | Traoré | Ueda | Vargas | Weber | Yılmaz
    """
)
REGIONS = among(
    """
    Northern coast | Highlands | River basin | Islands | Central plains | Southern cone | Eastern steppe
    """
)
THEMES = among(
    """
    Diversion | Detention | Legal aid | Restorative justice | Girls | Children as victims | Reintegration | Policing
    | Data | Training
    """
)
RESOURCE_TYPES = among(
    """
    report | guide | law | study | toolkit | training
    """
)
