"""BERT for question answering: no photo, and no segments."""

import numpy as np

from onpar import ModelSpec, Recipe, RecipeOptions, TensorSpec


def case(seed):  # what a tokenizer would give: question and context, then padding
    rng = np.random.default_rng(seed)
    n = int(rng.integers(20, 60))
    ids, mask = np.zeros((1, 64), np.int64), np.zeros((1, 64), np.int64)
    ids[0, :n], mask[0, :n] = rng.integers(1, 1000, n), 1
    return {"input_ids": ids, "attention_mask": mask}


def build(attention="sdpa"):
    from transformers import BertConfig, BertForQuestionAnswering

    config = BertConfig(
        vocab_size=1000,
        hidden_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        attn_implementation=attention,
    )
    return BertForQuestionAnswering(config)


def recipe(options: RecipeOptions) -> Recipe:
    names = ("input_ids", "attention_mask")
    return Recipe(
        options=options,
        model=ModelSpec(
            recipe=options.name,
            inputs=tuple(TensorSpec(name, (1, 64), "int64") for name in names),
            outputs=(TensorSpec("start_logits", (1, 64)), TensorSpec("end_logits", (1, 64))),
        ),
        build=build,
        inputs={f"q{i}": case(i) for i in range(3)},
    )
