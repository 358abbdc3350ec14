"""A model of Hugging Face: a ModelOutput, and a class map at a quarter of the photo's size."""

from onpar import ModelSpec, Recipe, RecipeOptions, TensorSpec, class_map, photo

CLASSES = ("wall", "sky", "tree", "road")
COLOURS = ((120, 120, 120), (6, 230, 230), (4, 200, 3), (140, 140, 140))


def build():
    from transformers import SegformerConfig, SegformerForSemanticSegmentation

    return SegformerForSemanticSegmentation(
        SegformerConfig(
            num_labels=len(CLASSES),
            num_encoder_blocks=2,
            depths=[1, 1],
            sr_ratios=[2, 1],
            hidden_sizes=[8, 16],
            num_attention_heads=[1, 2],
            patch_sizes=[7, 3],
            strides=[4, 2],
            mlp_ratios=[2, 2],
            decoder_hidden_size=16,
            initializer_range=0.3,
        )
    )


def recipe(options: RecipeOptions) -> Recipe:
    h, w = options.height, options.width
    return Recipe(
        options=options,
        model=ModelSpec(
            recipe=options.name,
            inputs=(TensorSpec("pixel_values", (1, 3, h, w)),),
            outputs=(TensorSpec("logits", (1, len(CLASSES), h // 4, w // 4)),),
            steps=(
                *photo("pixel_values", h, w, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
                class_map("logits", CLASSES, COLOURS),
            ),
        ),
        build=build,
        left_out={"torchscript-int8": "torch.fx cannot trace Hugging Face's models"},
    )
