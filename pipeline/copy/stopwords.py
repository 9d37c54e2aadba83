"""Function words: they are in every story, so they are no terms.

Articles, pronouns, prepositions, conjunctions, auxiliaries and the commonest adverbs: the closed word classes of
each language's grammar.  All rows apply to an item, whatever its language.  A word that means something in English
is therefore missing from the other rows (German `war`, `die`, `hat`, `man`; French `son`, `pour`, `sous`; Dutch
`had`, `want`); document frequencies take care of those.
"""

from __future__ import annotations

FUNCTION_WORDS = {
    "en": """
        a about above across after again against all almost along already also although always am among amid an
        and another any anyone anything are around as at away be became because become been before behind being
        below between beyond both but by can cannot could did do does doing done down during each either else
        ever every everyone everything few for from further get got had has have having he her here hers herself
        him himself his how however i if in indeed instead into is it its itself just least less let like made
        make many may maybe me might mine more most much must my myself neither never nevertheless no nobody none
        nor not nothing now of off often on once one only onto or other others otherwise our ours ourselves out
        over own per perhaps quite rather really same say says said shall she should since so some somebody
        someone something sometimes soon still such than that the their theirs them themselves then there
        therefore these they thing this those though through throughout thus to together too toward towards
        under unless until up upon us very via was we well were what whatever when whenever where whereas whether
        which while who whoever whom whose why will with within without would yes yet you your yours yourself
        arent cant couldnt didnt doesnt dont hadnt hasnt havent isnt its shouldnt wasnt werent wont wouldnt ive
        youre theyre weve theyve ll ve re""",
    "de": """
        aber alle allem allen aller alles als also ander andere anderen auch auf aus bei beim beiden bereits bis
        bisher da dabei dadurch dafür dagegen daher damit danach dann daran darauf darum darunter das dass daß
        dazu dein dem den denen denn der deren des deshalb dessen dich dies diese diesem diesen dieser dieses dir
        doch dort du durch ein eine einem einen einer eines er es etwa etwas euch euer für gegen gegenüber gibt
        haben habe hatte hatten hätte hätten hier hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im
        immer ist ja jede jedem jeden jeder jedes jedoch jetzt kann kein keine keinem keinen keiner können könnte
        könnten mehr mein mich mir mit muss müssen nach nachdem neben nicht nichts noch nun nur ob oder ohne sehr
        sei seien sein seine seinem seinen seiner seines seit sich sie sind sogar soll sollen sollte sollten
        sondern sowie über um und uns unser unter viel viele vom von vor wäre waren weil welche welchem welchen
        welcher wenn werde werden wie wieder wir wird wo worden wurde wurden würde würden zu zum zur zwar
        zwischen""",
    "fr": """
        ai alors au aucun aucune aujourd aussi autre autres aux avaient avait avant avec avoir ayant c ce cela ces
        cet cette chez comme d dans de depuis des dont du elle elles en encore entre est et étaient était été être
        eu eux fait hui il ils j je jusqu l la le les leur leurs lors lorsque lui m mais même mêmes moins n ne ni
        nos notre nous où par parce pas pendant peut plus pourrait puis qu que quel quelle quelles quels qui s sa
        sans se selon sera serait ses si sont sur tandis tel telle tous tout toute toutes très un une vers vos
        votre vous y""",
    "es": """
        al algo algunos ante antes aquel aquella aún aunque cada como con contra cual cuando de del desde donde
        durante e el ella ellas ellos en entre era eran es esa esas ese eso esos esta está están estaba estas
        este esto estos fue fueron ha haber había habían han hasta hay la las le les lo los más me mi mientras
        muy ni no nos o otra otras otro otros para pero poco por porque pues que quien quienes se según ser será
        si sí sido sin sino sobre son su sus también tan tanto tiene tienen toda todas todo todos tras tras tu un
        una unas uno unos ya""",
    "it": """
        agli ai al alla alle allo anche ancora avere aveva c che chi ci cioè col come con contro cui da dagli dai
        dal dalla dalle dallo degli dei del della delle dello di dopo dove e è ed era erano essere fra gli ha
        hanno i il in io l la le lo loro ma mentre mi molto ne nei negli nel nella nelle nello noi non nostro o
        ogni per perché però più poi prima proprio può qual quale quando quanto quella quelle quelli quello
        questa queste questi questo qui se secondo sempre senza si sia solo sono sta stata state stati stato su
        sua sue sui sul sulla sulle sullo suo suoi tra tutta tutti tutto un una uno""",
    "nl": """
        aan al alle als altijd andere bij daar dan dat de deze dit doch doen door dus een eens en er ge geen
        geweest haar heb hebben heeft hem het hij hoe hun iemand iets ik is ja je kan kon kunnen maar meer mij
        mijn moet na naar niet niets nog nu of om omdat ons ook op over reeds te tegen toch toen tot uit uw van
        veel voor waren wat werd wezen wie wij wil worden wordt zal ze zei zelf zich zij zijn zo zonder zou""",
    "pt": """
        ao aos aquela aquele até com como da das de dela dele depois do dos e é ela elas ele eles em entre era
        essa esse esta está estão este foi foram há isso isto já lhe mais mas mesmo muito na não nas nem no nos o
        os ou para pela pelas pelo pelos por porque quando que quem são se sem ser seu seus só sua suas também
        tem têm um uma""",
}
