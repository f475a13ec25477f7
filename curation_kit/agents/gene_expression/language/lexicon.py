"""Words that state expression, take it back, or say it is not a finding.

Written for this package from reading expression statements of the six model
organism databases; every pattern is covered by a test.
"""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re

from curation_kit.agents.gene_expression.language.any_case import AnyCase

__all__ = [
    "ACTIVE",
    "ANALYSIS",
    "ASIDE",
    "BESIDES",
    "CAUSED",
    "CELL_LINE",
    "CELL_MARKERS",
    "CHANGE",
    "CITED",
    "COMPARATOR",
    "CONTROL",
    "DEFINED",
    "DISEASED",
    "ENRICHED",
    "FUNCTION",
    "HYPOTHESIS",
    "INTACT",
    "MANIPULATED",
    "METHOD",
    "MUTANT",
    "MUTATED",
    "NEGATION",
    "NOT_A_NEGATION",
    "NOUN",
    "NOWHERE",
    "NO_CHANGE",
    "ONLY_RISEN",
    "OWN_FIGURE",
    "PERTURBED",
    "PREVIOUS",
    "RAISED",
    "SHOWN",
    "SPLICED",
    "UNREPORTED",
    "VERB",
    "WITH_TIME",
    "speaks_of_expression",
]

#: What is seen of a gene.
NOUN = (
    r"(?:co-?)?expression|mRNAs?|(?<![A-Za-z-])RNAs?(?! (?:polymerases?|editing|processing|binding|splicing|interference|stability)|-)|transcripts?|transcription(?! (?:co-?)?factors?)|proteins?|immunostaining"
    r"|immunoreactivity|immunofluorescence|immunolabell?ing|staining|stainings"
    r"|(?<!ation )signals?|fluorescence|reporters?|labell?ing|accumulation|locali[sz]ation(?! (?:signal|sequence|domain|mechanism))"
    r"|distribution|puncta|foci|transgenes?|(?:β|beta|b)-gal(?:actosidase)?(?: activity)?"
)

#: What is said of it, gene first.
VERB = (
    r"(?:appear(?:s|ed)?|seem(?:s|ed)?|begins?|began|start(?:s|ed)?|continue[sd]?) to be (?:\w+ly )?(?:expressed|transcribed|detected|enriched|locali[sz]ed)"
    r"|(?:co-?|immuno)?express(?:ed|es(?= (?:\w+ly )?(?:in|at|throughout)\b))|transcribed|(?:co-?|immuno-?)?locali[sz](?:ed|es|e)"
    r"|located|enriched|detect(?:ed|able)|undetectable|absent|present|restricted|confined|limited"
    r"|accumulat(?:es|ed|e)|concentrate[ds]|distributed|found|noted|visuali[sz]ed|observed|seen|visible"
    r"|apparent|evident|lacking|missing|excluded|stain(?:ed|s)|labell?ed|marks"
    r"|(?:re)?appear(?:s|ed)|(?:appear|persist)(?= (?:\w+ly |first )?(?:in|at|within|throughout)\b)|occur(?:s|red)(?= (?:\w+ly )?(?:in|at|within|throughout)\b)|persist(?:s|ed)|abundant|ubiquitous(?:ly)?|be(?:gins?|gan)|start(?:s|ed)|turned on|overlap(?:s|ped)?"
    r"|(?:is|are|was|were|remain(?:s|ed)|being) (?:\w+ly |most |more |also |not )?(?:active|strong(?:er|est)?|weak(?:er|est)?"
    r"|prominent|intense|robust|faint|diffuse|bright(?:er|est)?|(?:peri)?nuclear|cyto(?:plasm|sol)ic|nucleolar|nucleoplasmic|up-?regulated|elevated|high(?:er|est)?|low(?:er|est)?|positive)"
    rf"|(?:show|display|exhibit)(?:s|ed)?\s+(?:[\w-]+\s+){{0,5}}(?:{NOUN})"
)

#: Place first: "cells express G".
ACTIVE = (
    r"(?:co-?)?express(?:es|ing)?|expressed|(?:immuno)?stain(?:ed|ing)? (?:\w+ly )?(?:positive(?:ly)? )?for"
    r"|(?:immuno)?positive for|negative for|immunoreactive for|labell?ed (?:for|by)|(?:show|display|exhibit)(?:s|ed|ing)?(?= (?:\w+ )?levels? of)|contain(?:s|ed)?|lack(?:s|ed|ing)?|devoid of|rich in"
)

#: Any word of the above, in lower case: to ignore the case takes three times as long.
_EXPRESSION = re.compile(
    rf"{NOUN}|{VERB}|express|stain|positive|lack|contain|devoid|rich in|hybridi|detect|observ|\bsaw\b|locat|scattered|\w[+⁺]|\bFISH\b|\bISH\b|immuno|images?".lower()
)


def speaks_of_expression(text: str) -> bool:
    """Whether a sentence has a word without which it states no expression."""
    return _EXPRESSION.search(text.lower()) is not None


#: Not "nowhere more strongly than", "nowhere near as".
NOWHERE = r"nowhere(?! (?:else|near|more|as)\b)"
_NEGATED = (
    rf"\b(?:not|no|none|never|{NOWHERE}|neither|nor|cannot|absent|absence|undetectable|lack(?:s|ed|ing)?"
    r"|fail(?:s|ed|ing)? to (?=(?:\w+ly )?(?:express|show|detect|reveal|display|exhibit|stain|label|accumulat|locali|produc|hybridi|find|observ|see))|without|devoid|missing|negative|excluded|undetected"
    r"|non-?expressing|unable)\b|n['’]t\b"
)
NEGATION = AnyCase(_NEGATED)

#: "Animals lacking a gonad" are no normal ones.
_LACKING = r"\b(?:animals|worms|hermaphrodites|males|females|larvae|mice|rats|embryos|flies|fish|strains?) (?:that )?lack(?:s|ing|ed)?\b"

#: What nobody has seen before, the authors have.
_UNREPORTED = r"\b(?:not (?:yet )?(?:been )?previously (?:\w+ )?(?:detected|reported|described|observed|seen|found|noted|known)|(?:not|never) (?:been )?(?:detected|reported|described|observed|seen|found|noted) (?:previously|before)|previously (?:un|not )(?:reported|described|recogni[sz]ed|detected|appreciated|observed|identified))\b"
UNREPORTED = re.compile(_UNREPORTED, re.IGNORECASE)

#: What is denied of a gene, or of the cells that have it.
_SEEN = r"\w*express|detect|stain|show|display|exhibit|seen|found|observ|visible|present|contain|receiv"
#: Phrases with a negative word that do not deny expression.
NOT_A_NEGATION = re.compile(
    r"\bnot (?:(?:well|fully|completely|yet|clearly|been|\w+ly) ){0,2}(?:understood|known|established|elucidated|characteri[sz]ed|defined|studied|investigated|reported|addressed)\b"
    r"|\bnot (?:\w+ly )?(?:uniform|homogeneous|equal|even|identical|the same|as|always|random|continuous|overlap(?:s|ped|ping)?)\b"
    r"|\bnot (?:expressed|found|seen|detected|present) (?:only|just|exclusively|solely|uniformly)\b"
    r"|\bnot (?:only|just|merely|simply|restricted|limited|confined|exclusive(?:ly)?|shown|known"
    r"|clear|surprising(?:ly)?|due|because|all|depend\w*|independent\w*|necessarily|significantly|differ\w*|chang\w*"
    r"|affect\w*|alter\w*|required|essential|sufficient|determined|tested|examined)\b"
    r"|\bnot (?:[\w-]+ ){0,6}until\b"
    rf"|{_UNREPORTED}|{_LACKING}"
    # "from which no cells emerge", "cells that were not labelled by": which place is meant.
    r"|\b(?:from|to|into|by|through|along|after) which (?:[\w-]+ ){0,2}(?:no|not|never)\b"
    rf"|\b(?:that|which|who) (?:is|are|was|were|do|does|did|ha[sd]|have) not (?:yet )?(?!{_SEEN})\w+\b"
    # "no longer restricted to", "cells that no longer divide"
    rf"|\bno longer (?:be )?(?!{_SEEN}|transcri|locali|accumul|label|immuno|evident|apparent|active|positive|there\b|in\b|at\b|on\b|by\b)"
    r"|\bno (?:(?:significant|obvious|apparent|detectable|clear|major) )?"
    r"(?:change|changes|difference|differences|effect|effects|alteration|alterations)\b"
    r"|\bnegative (?:controls?|feedback|selection|pressure|charge|correlation|effects?|elements?|strand|regulat\w+)\b|[\w+][-–]negative\b|\bin the absence of\b"
    r"|\b(?:absence|lack|loss) of (?!(?:\S+ ){0,4}(?:expression|staining|signals?|transcripts?"
    r"|mRNA|protein|fluorescence|immunoreactivity)\b)",
    re.IGNORECASE,
)

MANIPULATED = AnyCase(
    # "Driving G expression in A", "Expressing G in A rescued ...", "Inhibition of G expression".
    r"^\W*(?:[Dd]riving|[Rr]estor(?:ing|ation of)|[Rr]eplac(?:ing|ement of)|[Ee]xpressing|[Ii]nhibition of|[Tt]argeted)\b"
    r"|\bexpression of (?:an? |the )?(?:\w+ly )?(?:activated|active|dominant|mutant|truncated|exogenous|transgenic)\b"
    r"|\b(?:over-?express\w*|mis-?express\w*|ectopic(?:ally)?|re-?introduc\w+|rescu\w+(?! (?:\S*::|(?:\S+ ){0,2}(?:fusions?|constructs?|reporters?|transgenes?)\b))|knock(?:ed|ing)?[- ]?"
    r"down\w*|RNAi|siRNAs?|shRNAs?|sgRNAs?|[Ss]ilenc\w+|transfect\w*|transduc(?:ed|tion)"
    r"|electroporat\w+|(?:UAS|[Gg][Aa][Ll]4)(?!(?: ?> ?|[- ](?:driven|driving|drives|drove) (?:the )?(?:expression of )?)?(?:UAS)?[-:]{0,2}\w{0,8}?[-:]{0,2}(?:GFP|RFP|lacZ|mCherry|tdTomato)\b)|forced expression|exogenous(?:ly)?|heterologous(?:ly)?"
    r"|inject\w+|plat(?:ed|ing)|co-?cultur\w+|plasmids?|vectors?|morpholinos?|morphants?|recombinant|stabl[ey]|lysates?|immunoprecipitat\w+|pull-?down|depletion|depleted"
    r"|inhibitors?|agonists?|antagonists?|heat[- ]shock promoter|beads?|in the absence of|(?:after|upon|following) (?:[\w-]+ )?(?:treatment|depletion"
    r"|exposure|injection|induction|stimulation|injury|infection))\b",
)

CHANGE = AnyCase(
    r"\b(?:(?:up|down)-?regulat\w*|increas\w*|decreas\w*|reduc(?:ed|tion|es|ing)|elevat\w*"
    r"|induc(?:ed|tion|es|ible)|unchanged|alter(?:ed|ation|ations)|unaffected|repress(?:ed|ion)"
    r"|de-?repress\w+|-?fold|abolish\w*|lost|loss|diminish\w*|chang(?:e|es|ed)|differential\w*"
    r"|higher|lower|differences?|dynamics|affect(?:s|ed)?|attenuat\w*|enhanc(?:ed|es|ing)|suppress\w*|weaker"
    r"|expanded|impair\w*|disrupt\w*|regulat(?:es|ed|ion|ing)|stimulat\w+|DEGs?)\b",
)

PERTURBED = re.compile(
    r"\b(?:mutants?|mutations?|mutant|null|treat(?:ed|ment)|upon|after|following|infect\w+"
    r"|compared|relative to|versus|vs|response|injur\w+|stress\w*|depriv\w+|starv\w+"
    r"|deficien\w+|transgenic|tumou?rs?|cancer|disease|patients|diabet\w+|exposure|exposed"
    r"|deletion|disruption|than|groups?|lesion\w*|controls?|stimulat\w+|administration"
    r"|overexpress\w*|absence of|loss of|KO|cKO|in response|heterozyg\w+|homozyg\w+"
    r"|correlat\w+|associated|prognos\w+)\b|[−-]/[−-]"
)

#: Such a change is brought about: where it is told tells no pattern ...
RAISED = AnyCase(
    r"\b(?:(?:up|down)-?regulat\w*|increas\w*|decreas\w*|reduc(?:ed|tions?|es|ing)|elevat\w*|diminish\w*|suppress\w*|attenuat\w*|augment\w*"
    r"|enhanc(?:ed|es|ing|ement)|inhibit\w*|stimulat\w+|promot(?:ed|es|ing)|restor(?:ed|es|ing)|revers(?:ed|es|ing)|alleviat\w+|ameliorat\w+|improv\w+"
    r"|abolish\w*|prevent(?:ed|s|ing)|modulat(?:ed|es|ing)|lower(?:ed|ing)|declin\w+|altered|comparable|rebalanc\w+|downgrad\w+)\b"
)
#: ... unless it comes with time.
WITH_TIME = re.compile(
    r"\b(?:(?:during|throughout|with|in) (?:[\w-]+ ){0,3}(?:development|\w+genesis|differentiation|maturation|ag(?:e|ing)|time|growth|stages|(?:life|cell) cycle)"
    r"|over time|gradually|progressively|later|subsequently|thereafter|until|onwards?|from [\w. -]{1,20} to|birth|postnatal\w*)\b",
    re.IGNORECASE,
)

#: More in one place than in another is a pattern ("higher in A than in B") ...
ENRICHED = re.compile(
    r"\b(?:enriched|higher|highest|lower|stronger|weaker|brighter|fainter|greater|up-?regulated|elevated|(?:more|less) (?:highly|strongly|abundant(?:ly)?|intense(?:ly)?|prominent(?:ly)?))\b"
)
#: ... and means little without the other place ...
ONLY_RISEN = re.compile(r"\b(?:up-?regulated|elevated)\b")
#: ... of the place that stands before these words.
COMPARATOR = re.compile(
    r"\b(?:(?:as )?compared (?:to|with)|in comparison (?:to|with)|relative to|than|comparable (?:to|with)|versus|vs\.?"
    r"|complementary to|(?:distinct|different) from|similar to|opposite to|reminiscent of)\s"
)

#: What changes the expression is told, not where it is.
CAUSED = AnyCase(
    r"\b(?:(?:up-?|down-?|de)regulat|increas|enhanc|reduc|decreas|induc|stimulat|promot|activat|inhibit|suppress|repress|elevat|modulat"
    r"|affect|impair|abolish|block|regulat|control)(?:s|es|e|ing)?\s+(?:the |both |its |their |surface |cell |gene |protein |mRNA ){0,3}"
    r"(?:(?:expression|transcription|levels?|accumulation) of\b|(?:[^\s,;]+ ){1,4}(?:expression|transcription)\b)"
    # "A enhanced G expression", "changes in G mRNA", "altered G expression".
    r"|\b(?:increas|enhanc|reduc|decreas|induc|promot|suppress|repress|elevat|upregulat|downregulat|up-regulat|down-regulat)ed (?!expression|levels?)\S+ (?:mRNA |protein |gene )?(?:expression|levels?)\b"
    r"|\b(?:changes?|increases?|decreases?|reductions?|alterations?) in (?:the )?(?:expression|levels?|(?:[^\s,;]+ ){1,3}(?:expression|mRNAs?|proteins?|transcripts?|levels?))\b"
    # "regulation of G expression", "essential for G expression", "G-induced expression".
    r"|(?<!-)\b(?:regulation|regulators?|control|induction|inducers?|activation|activators?|repression|repressors?|stimulation|effects?|role|maintain|drive) (?:(?:of|on|in) )?(?:the |both |its ){0,2}(?:[^\s,;]+ ){0,3}(?:expression|transcription)\b"
    r"|\b(?:essential|required|necessary|sufficient|responsible|important|critical) (?:for|to) (?:(?:the|maintain|drive|activate|direct|induce|regulate) ){0,2}(?:[^\s,;]+ ){0,3}(?:expression|transcription)\b"
    r"|-(?:induced|stimulated|mediated|dependent) (?:\S+ )?(?:expression|transcription|up-?regulation)\b"
    r"|\b(?:altered|aberrant|abnormal|dysregulated|deregulated|impaired) (?:\S+ ){0,2}(?:expression|levels?)\b"
    r"|\b(?:is|are|was|were|be) (?:\w+ly |also )?(?:regulated|controlled|activated|repressed|induced|driven|mediated) by\b",
)

#: Which form of its message is made is told, not where it is.
SPLICED = re.compile(r"\b(?:exons?|splic(?:ed|ing|e)|frameshift|polyadenylat\w+)\b")

#: What a gene is for is told, not where it is.
FUNCTION = re.compile(
    r"\b(?<!which )(?<!that )(?:is|are|was|were|be) (?:\w+ ){0,2}(?:required|necessary|essential|sufficient|needed|important|critical|crucial|dispensable)"
    r" (?:to|for|in|during)\b"
    r"|\b(?:is|are) (?:an?|the) (?:[\w-]+ ){0,3}(?:regulators?|mediators?|modulators?|determinants?|inducers?|drivers?|biomarkers?|predictors?|targets?) (?:of|for)\b"
    r"|\b(?:caus(?:es|ed)|result(?:s|ed) in|le(?:ads?|d) to)\b"
    r"|\b(?:is|are|was|were) (?:\w+ly )?(?:coupled|linked|related|attributed) to\b"
    r"|\bencodes? (?:(?!\b(?:is|are|was|were)\b)[^.;])*?\bexpressed\b"
    r"|\b(?:target(?:s|ing)|correlat(?:es|ed) (?:\w+ )?(?:with|between))\b"
    r"|\b(?:did|does|do) not (?:block|rescue|prevent|cause|lead|result|bind|interact|activate|influence|inhibit|impair|interfere|support)\b"
)

NO_CHANGE = AnyCase(
    r"\b(?:no|not (?:observe|detect|see|find)) (?:\w+ ){0,2}(?:regulation|changes?|differences?|(?:up|down)-?regulation|increase|decrease"
    r"|reduction|effects?|alterations?)\b",
)

#: Animals whose expression is not the normal one ...
MUTANT = AnyCase(
    rf"{_LACKING}"
    r"|\b(?:mutants?|null|hypomorph(?:s|ic)?|knock-?outs?|deficient|cko|KO|homozyg\w+|heterozyg\w+|indicated (?:genotypes?|strains?|alleles?)|patients?)\b"
    r"|[−–-]/[−–-]|[Δ]|\b(\w{1,8})/\1\b|\bTg\b(?!\()|\bflox(?:ed)?\b"
)

#: Words that name the animals beside the mutants, and the mutants themselves, in short.
CONTROL = r"(?:[+]/[+]|[+]/[−–-]|fl(?:ox)?/(?:[+Δ]|fl(?:ox)?)|\b(?i:wild-?types?|WT|controls?|heterozyg\w+)\b)"
MUTATED = r"(?:[−–-]/[−–-]|Δ/Δ|\b(?i:mutants?|null|c?KO|knock-?outs?|homozyg\w+)\b)"

#: ... and those that are diseased, injured or treated ...
DISEASED = AnyCase(
    r"\b(?:(?:groups|[\w-]+ group)(?! of (?:[\w-]+ ){0,2}(?:cells?|neurons?|genes?|nuclei|muscles?|progenitors?|precursors?))|(?:mouse|mice|rat|animal|murine|disease|injury|in ?vivo|in ?vitro) models?)\b"
    r"|(?<!non-)\b(?:treated|ablated|injured|infected|wounded|lesioned|inflamed|irradiated|immuni[sz]ed|stressed|grafted|sepsis|septic|ischa?emi[ac]|diabet\w+|obes\w+|high-fat"
    r"|tumou?rs?|cancers?|\w*(?:carcinoma|adenoma|glioma|sarcoma|lymphoma|melanoma|blastoma)s?|metasta\w+|diseased?|osteoarthriti\w+|arthriti\w+|fibro(?:sis|tic))\b",
)

#: ... unless the same words speak of the normal ones.
INTACT = AnyCase(
    r"\b(?:wild[- ]?types?|WT|controls?|normally|(?<!is )(?<!was )(?<!are )(?<!were )normal (?:mice|animals|embryos|worms|larvae|flies|fish|tissues?|individuals|donors|adults?|expression|development)|N2)\b",
)

#: Cultured lines are no anatomy of the organism.
CELL_LINE = re.compile(
    r"\bcell lines?\b|\b(?:HeLa|HEK ?293\w*|U2?OS|MCF-?7|HepG2|Caco-?2|COS-?[17]|NIH ?3T3|CHO|A549"
    r"|HCT-?116|K562|Jurkat|THP-?1|PC-?12|SH-SY5Y|N2a|S2R?\+? cells|C2C12|RAW ?264\.?7|iPSCs?|[hm]?ESCs?|[hm]?ES [Cc]ells?|iPS [Cc]ells?|[Ee]mbryonic [Ss]tem [Cc]ells?|[Ee]mbryoid bod(?:y|ies)|EBs|MEFs?|organoids?)\b"
)

#: What was done, before what was found.
METHOD = AnyCase(
    # "A reporter that we generated is expressed in A" says where.
    r"\b(?<!that )(?<!which )(?:we|(?:this|the(?: (?:present|current))?|our) (?:study|work|paper|article)) (?:also |then |next |first |further )*(?:stained|used|hybridi[sz]ed|examined|analy[sz]ed|compared"
    r"|performed|conducted|carried out|generated|crossed|measured|imaged|looked|cultured|tested|isolated|monitored|assessed"
    r"|investigated|quantified|focused|studied|evaluated|explored)\b(?!.*\b(?:found|observed|detected|saw|revealed|showed|shows)\b)"
    r"|\b(?:was|were) (?:\w+ly |also |then |first |next ){0,2}(?:examined|analy[sz]ed|assessed|determined|measured|investigated|studied|compared|monitored|evaluated|tested|chosen|selected|taken|acquired|captured|imaged|incubated|counted|assayed|explored|screened|estimated|dissected|cloned|amplified|performed|conducted|carried out|washed|an[a]?esthetized|mounted|transferred|picked|collected|harvested|quantified|scored|drawn|used)\b"
    r"(?!.*\b(?:found|observed|detected|revealed|showed|shows)\b)"
    r"|\b(?:measur|assay|examin|analy[sz]|determin|evaluat|assess|investigat|quantif)(?:ed|ied) (?:the |both |its )?(?:[\w-]+ ){0,3}(?:expression|levels?|distribution|locali[sz]ation)\b(?!.*\b(?:found|observed|detected|revealed|showed|shows)\b)"
    r"|\b(?:identified (?:by|with|using)|obtained using)\b|\b(?:antibodies|probes|primers) used\b",
    re.DOTALL,
)

#: A phrase before the sentence proper that states something else ("Unlike B, …").
ASIDE = re.compile(
    r"(?:Analogous(?:ly)? to|Similar(?:ly)? to|In contrast (?:to|with)|Unlike|Like|As (?:with|for|in)|Consistent with"
    r"|In agreement with|Compared (?:to|with)|Contrary to|Despite|Given)\b[^,]*,\s+"
)
#: One that names the same gene ("In addition to …").
BESIDES = re.compile(r"(?:In addition to|Besides|Apart from)\b[^,]*,\s+")

#: A legend or title that says what was done, and not what is seen.
ANALYSIS = AnyCase(
    r"^\W*(?:the )?(?:(?:differential|combined|possible|potential|protective|therapeutic|\w+) )?(?:effects?|roles?|impact|influence|involvement|contribution|characteri[sz]ation|modulation|regulation|investigation|assessment|evaluation|study|changes?|alterations?) (?:of|in|on)\b|\b(?:cryo)?(?:sections?|slices?) (?:of|through|from)\b|\b(?:analys[ie]s|quantifications?|comparisons?|measurements?|schematics?|diagrams?|percentages?) of\b|\b(?:box|violin|bar|scatter) ?-?(?:plots?|graphs?|charts?)\b|\bhistograms?\b|^\W*antibodies used\b",
)
#: ... unless it goes on to what is seen.
SHOWN = AnyCase(
    r"\b(?:show(?:s|ed|ing|n)?|reveal(?:s|ed|ing)?|detect(?:s|ed|able)?|observed|seen|found|demonstrat\w+|is|are) (?!used|indicated)",
)

#: Genes whose products tell that cells divide or die, whatever else they do.
CELL_MARKERS = frozenset(
    ("ki67", "ki-67", "mki67", "pcna", "caspase-3", "casp3", "ph3")
)

HYPOTHESIS = AnyCase(
    r"\b(?:may|might|would|should|possibl[ey]|probably|presumably"
    r"|could(?! (?:\w+ )?be (?:\w+ )?(?:detected|observed|seen|found|visuali[sz]ed))"
    r"|hypothes\w+|to (?:test|determine|examine|investigate|ask|assess|see|verify|confirm"
    r"|explore|check|study|analy[sz]e|address|find out|identify|understand|characteri[sz]e|pinpoint|learn|evaluate|establish|define|monitor)"
    # "To test this we ..., and observed G in A" ends in a finding.
    r"(?!.*\b(?:found|observed|detected|saw|revealed|showed|shows)\b)"
    r"|whether|if|(?:once|when|unless) \S+ (?:is|was|were|are) (?:\w+ly )?(?:over)?expressed|we asked|we (?:propose|speculate|postulate|envisage)|predict(?:ed|s)?|(?<![Aa]s )expected|unclear|unknown|unspecified|elusive|unexplored|(?:not|never) (?:yet |well |fully |been |\w+ly ){0,3}(?:explored|investigated|studied|understood|characteri[sz]ed|addressed|examined|elucidated)|suggest(?:s|ing)? that"
    r"|remains? to be)\b",
)

PREVIOUS = AnyCase(
    r"\b(?:previous(?:ly)?|(?:has|have|had) (?:also )?been (?:shown|reported|described"
    r"|demonstrated|found|detected|observed|implicated|identified)|(?:is|are|was|were) known to"
    r"|known (?:to be|for)|it is known|earlier (?:stud|report|work)\w*|(?:others|studies|reports?)"
    r" (?:have|has) (?:shown|reported)|(?:reported|published|described) (?:by|elsewhere|to be)"
    # "As shown by double labelling" is how the authors know.
    r"|(?:reported|described|shown|noted) (?:earlier|before|elsewhere|by others)|reportedly|well[- ](?:known|established|characterized)|as described)\b",
)

#: What a gene is and does, and where it is known to be: "G is a receptor expressed in A".
DEFINED = re.compile(
    r"\b(?:is|are|represents?) (?:an?|the|one|members?) [^.;]*?(?:express|locali[sz]|found|present|detect)"
    r"|^[^.;]*?(?:express|locali[sz]|present|found)[^.;]*?\b(?:(?:plays?|ha(?:s|ve)) (?:[\w-]+ ){0,4}(?:roles?|functions?)|(?:is|are) (?:\w+ ){0,2}(?:involved|implicated) in)\b"
)

#: "(Smith et al., 2004; …)", "Smith et al. 2004", "[12, 13]".
CITED = re.compile(
    r"\bet al\b|\((?:[^()]*[A-Z][A-Za-z-]+(?: and [A-Z][A-Za-z-]+)?,? (?:19|20)\d\d[a-z]?[^()]*)\)"
    r"|\b[A-Z][a-z]+ (?:and [A-Z][a-z]+ )?\((?:19|20)\d\d[a-z]?\)"
    r"|\[\d+(?:[,–-] ?\d+)*\]|(?<=[a-z] )\(\d{1,3}(?:(?:, ?|[–-])\d{1,3})*\)"
)

OWN_FIGURE = re.compile(
    r"\b(?:Fig(?:ure|s|ures)?|Tables?|Movies?|Videos?)\b|\bdata not shown\b"
)
