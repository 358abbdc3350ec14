"""A recipe of an older onpar is refused once, with every edit that makes it one of today's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from recipe_text import changed, loaded

from onpar.pipeline.errors import OnparError

NOW = "from onpar import ModelSpec, Recipe, TensorSpec, class_map, photo"
BEFORE = "from parity.spec import ClassMap, ImagePrep, ModelSpec, TensorSpec"
AND = "from pipeline.recipe import Recipe"


def test_the_edits_of_one_message_make_an_old_recipe_one_of_today(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    text = changed((NOW, f"{BEFORE}\n{AND}"), ("steps=photo", "prep=ImagePrep"))
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OnparError) as error:
        loaded(path)
    said = str(error.value)
    assert said.endswith("drop ClassMap, which it does not call, from the import")
    [imports], [steps] = re.findall("`(.*?)`", said), re.findall("write steps=(.*?), with", said)
    [old] = re.findall(r"prep=ImagePrep\(.*\)", text)
    arguments = old.removeprefix("prep=ImagePrep")
    text = text.replace(f"{BEFORE}\n{AND}", imports)
    text = text.replace(old, f"steps={steps.replace('(…)', arguments)}")
    path.write_text(text, encoding="utf-8")
    assert loaded(path).model.recipe == "mine"
