"""Validators that ask public databases over the web."""

from curation_kit.agents.api.alliance import AllianceAlleleAgent, AllianceGeneAgent
from curation_kit.agents.api.genes import GoAnnotationsAgent, OrthologsAgent
from curation_kit.agents.api.terms import ChemicalAgent, DiseaseAgent, GoTermAgent

__all__ = [
    "AllianceAlleleAgent",
    "AllianceGeneAgent",
    "ChemicalAgent",
    "DiseaseAgent",
    "GoAnnotationsAgent",
    "GoTermAgent",
    "OrthologsAgent",
]
