"""Names of the ontologies that are ordinary words, or too general to be a place."""

# ruff: noqa: E501 - lists are easier to read unbroken

from __future__ import annotations

from curation_kit.agents.gene_expression.language.any_case import AnyCase

__all__ = [
    "GENERAL",
    "NOT_ANATOMY",
    "NOT_COMPONENT",
    "OTHER_MEANING",
    "RATHER_ANATOMY",
]


def _names(text: str) -> frozenset[str]:
    return frozenset(name for name in " ".join(text.split()).split("|") if name)


#: Anatomy, but no answer to the question where a gene is expressed.
GENERAL = _names(
    "adult|adult organism|adulthood|anatomical group|anatomical structure|anatomical entity|anatomical system|anatomy|animal cell|apoptotic cell|blood cell|brain area"
    "|brain region|cell in vitro|cell type|circuit|conceptus|cortex|cultured cell|early embryo|embryo|embryonic|embryonic cell|embryonic structure"
    "|embryonic tissue|eukaryotic cell|extraembryonic|female|female organism|germ layer|giant cell|hermaphrodite|juvenile|larva|male|male organism"
    "|membranous layer|motile cell|multicellular organism|multipotent cell|multipotent stem cell|native cell|neural circuit|neuronal circuit|organ"
    "|organ system|organism|organism subdivision|pluripotent stem cell|precursor cell|primary cell|primordium|progenitor cell|pupa|single cell|somatic cell|stem cell"
    "|tissue|vessel|whole body|whole organism|appendage|cranial|axial|digital|ductal|tubular|cephalic"
)

#: Ordinary words in running text.
NOT_ANATOMY = _names(
    "animal|area|bar|barrier|base|body|border|branch|bud|canal|cap|cell|cell line|cluster|column|compartment|cord|crest|culture|cylinder|development|disc|duct|egg|fiber|fibre|field"
    "|filament|fold|fluid|fossa|furrow|future|gland|groove|group|group of cell|horn|immature|island|junction|layer|leaf|line|lineage|lumen|margin|mass|mature|membrane|net|nucleus|pair|pore"
    "|precursor|process|progenitor|projection|region|ring|root|sac|segment|space|stem|strain|stripe|structure|surface|system|tip|tract|trunk cell|tube|unit|valve|vesicle|wall"
    "|worm|zone|window|plate|shaft|bulb|head cap|contact|face|orifice|cavity|capsule|core|boundary|stalk|slit|cell body|cap cell|blood serum|culture medium|fly|fish|mouse|human"
    "|subject|patient|presumptive blood|lead|matrix|cycle|axis|secretion|extension|anterior|posterior|dorsal|ventral|lateral|medial|proximal|distal|left|right|central|sheath|pouch|appendix|vec"
    "|atlas|spot|scale|pla|helix|life|lifespan|rmh|cmv|mel|ova|tumor|neoplasm|plaque|spine|arch|wing spot|time of birth|morphological feature|sex specific|radial|facet|comb"
    "|marking|pad|lateral region|anatomical point|point|m cell|g cell|d cell|a cell|l cell|k cell|time|spur|bell|ray|anchor|bridge|crown|key|hook|node|pit|pile|peak|arm|papilla|lobe|ala"
    "|articulation|skeletal element|tunic|vent|plug|mantle|girdle|band|belt|ridge|wall|bone element|gap|germ|intermediate|molecular layer|diaphysis|test|valva|mound|string|sulcus"
    "|apex|umbo|isthmus|ramus|tuberosity|tubercle|vestibule|sinus|septum|plexus|nerve fiber|fascicle|lamina propria cell|cell cluster|cell group|cell layer|somatic|mating plug|outside of body"
)

NOT_COMPONENT = _names(
    "cell|cell part|cellular component|cellular anatomical entity|cellular anatomical structure|chromosome|envelope|extracellular region|host|host cell|intracellular"
    "|intracellular anatomical structure|matrix|organelle|pore|virion|ring|bud|complex|protein containing complex|symplast|other organism|extracellular|lead|site|synapse part|translation"
    "|nucleoid|core|cap|junction|vesicle|ribosome|hook|chromatin|proteasome|spliceosome|nucleosome|membrane|axis|microtubule|telomere|centromere|replication fork|host nucleus"
    "|antibody|antibodie|immunoglobulin|trunk|basement membrane|collagen trimer|filament|cell wall part|blood microparticle"
)

#: Names in both an anatomy ontology and GO that are parts of the body.
RATHER_ANATOMY = frozenset(
    {"yolk", "cuticle", "chorion", "eggshell", "neuropil", "tectum"}
)

#: Words of the body that mean something else here: reagents, domains, turns of phrase.
OTHER_MEANING = AnyCase(
    r"\b(?:on the (?:one|other) hand|by hand|at hand|hand in hand|in the hands? of|second[- ]hand|zinc[- ]?fingers?|RING[- ]fingers?|EF[- ]?hands?"
    r"|objective lens(?:es)?|lens objectives?|head[- ]to[- ](?:head|tail)|head groups?|in the face of|at the heart of|heart infusion"
    r"|tail[- ](?:vein|tips?|clips?|biops\w+|DNA|cuts?|snips?)|(?:poly-?\(?A\)?|cytoplasmic|intracellular|[CN][- ]terminal|histone|homopolymeric)[- ]tails?|tail (?:region of|domain)"
    r"|(?:bovine|calf|goat|horse|donkey|rabbit|sheep|fetal|foetal|normal|serum[- ]free|knockout|human|mouse|swine|chicken|immune|pre-?immune)[- ](?:bovine |calf |goat |equine )?ser(?:um|a)\b|ser(?:um|a) albumin|serum[- ]free|anti-?ser(?:um|a)"
    r"|growth cones?|cone[- ]shaped|rod[- ](?:shaped|domain|like)|glass rods?|hair[- ]?pins?|short hair|hair[- ]?cut"
    r"|come back|back to|back[- ]?cross\w*|fed back|date back|traced? back|back up|back and forth|feed-?back|back[- ]?ground"
    r"|chick(?:en)? eggs?|rabbit reticulocyte|reticulocyte lysates?|(?:salmon|herring) (?:sperm|testes)(?: DNA)?|sperm DNA|calf (?:thymus|intestin\w+)|rat liver (?:lysates?|extracts?|microsomes|cDNA|S9)|mouse brain cDNA|bone morphogenetic protein\S*"
    r"|nerve growth factors?|platelet-derived growth factors?|epidermal growth factors?|fibroblast growth factors?|vascular endothelial growth factors?|neural cell adhesion molecules?"
    r"|hepatocyte growth factors?|hepatocyte nuclear factors?|keratinocyte growth factors?|insulin-like|brain[- ]derived|glial cell line-derived|glial fibrillary acidic protein"
    r"|oral (?:administration|gavage|dos\w+|glucose)|nasal (?:spray|swabs?)|per os|skeletal (?:preparations?|staining)|cervical dislocation|lineage trees?|single[- ](?:nucle(?:us|i|ar)|cell))\b",
)
