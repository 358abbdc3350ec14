"""The model card of the demo weights, as Markdown."""

from __future__ import annotations

from jinja2 import Environment, StrictUndefined

CARD = Environment(undefined=StrictUndefined, trim_blocks=True).from_string(
    """\
# Demo weights of {{ recipe }}

**They recognise drawn objects, and nothing else.** What they call a person is a drawing of zigzag
lines in blue; a real person is background to them. They are there so that a class map means
something if the pretrained weights are not available, and so that quantization has something to
lose. For an app, take `--weights pretrained`, or your own.

- **Data**: generated scenes (`pipeline/demo/scenes.py`): objects of {{ ious | length - 1 }} classes
  in VOC's numbering, each with a shape, a hue and a texture of its own, in front of one another, in
  changing light and size, over photographs (`golden/photos/SOURCES.md`). Held-out scenes are over
  other photographs than those trained on.
- **Training**: {{ steps }} steps of {{ batch }} of {{ scenes }} scenes, from scratch, seed
  {{ seed }}, by `make demo-weights` (`pipeline/demo/train.py`), PyTorch {{ torch }}, {{ made_at }};
  {{ minutes }} minutes on {{ machine }}.
- **Held-out scenes** ({{ held_out }} of 400×400): mean intersection over union of the classes drawn
  **{{ "%.3f" | format(miou) }}**, measured with the weights as they are stored.
- **Stored** as float16, the batch norms' statistics as float32.

| class | IoU |
|---|---|
{% for index, iou in ious.items() %}
| {{ names[index] }} | {{ "%.3f" | format(iou) }} |
{% endfor %}
"""
)
