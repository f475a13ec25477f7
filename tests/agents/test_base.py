from __future__ import annotations

import pytest
from fakes import FakeValidator
from pydantic import ValidationError


def test_options_have_defaults_and_refuse_what_they_do_not_know() -> None:
    """They cannot be changed afterwards."""
    agent = FakeValidator({"taxon": "NCBITaxon:7227"}, "Be careful.")

    assert agent.options.taxon == "NCBITaxon:7227"
    assert FakeValidator().options.taxon == "NCBITaxon:6239"
    assert agent.instructions == "Be careful."
    with pytest.raises(ValidationError, match="colour"):
        FakeValidator({"colour": "red"})
    with pytest.raises(ValidationError, match="frozen"):
        agent.options.taxon = "x"
