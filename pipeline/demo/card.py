"""The model cards of the demo weights, as Markdown."""

from __future__ import annotations

from jinja2 import DictLoader, Environment, StrictUndefined, Template

CARD = """\
# Demo weights of {{ recipe }}

{% block use %}{% endblock %}


- **Data**: generated scenes (`pipeline/demo/scenes.py`): {% block data %}{% endblock %}

- **Training**: {{ steps }} steps of {{ batch }} of {{ scenes }} scenes, from scratch, seed
  {{ seed }}, by `make demo-weights` (`pipeline/demo/train.py`), PyTorch {{ torch }}, {{ made_at }};
  {{ minutes }} minutes on {{ machine }}.
- **Held-out scenes** {% block held %}{% endblock %}

- **Stored** as float16, the batch norms' statistics as float32.

{% block table %}{% endblock %}"""

SEGMENTATION_CARD = """\
{% extends "card" %}
{% block use %}
**They recognise drawn objects, and nothing else.** What they call a person is a drawing of zigzag
lines in blue; a real person is background to them. They are there so that a class map means
something if the pretrained weights are not available, and so that quantization has something to
lose. For an app, take `--weights pretrained`, or your own.
{%- endblock %}
{% block data %}
objects of {{ ious | length - 1 }} classes
  in VOC's numbering, each with a shape, a hue and a texture of its own, in front of one another, in
  changing light and size, over photographs (`golden/photos/SOURCES.md`). Held-out scenes are over
  other photographs than those trained on.
{%- endblock %}
{% block held %}
({{ held_out }} of 400×400): mean intersection over union of the classes drawn
  **{{ "%.3f" | format(miou) }}**, measured with the weights as they are stored.
{%- endblock %}
{% block table %}
| class | IoU |
|---|---|
{% for index, iou in ious.items() %}
| {{ names[index] }} | {{ "%.3f" | format(iou) }} |
{% endfor %}
{% endblock %}
"""

CLASSIFICATION_CARD = """\
{% extends "card" %}
{% block use %}
**They recognise drawn objects, and nothing else.** What they call a ballplayer is a drawing of
zigzag lines in blue; what they say of a real photo means nothing. They are there so that the first
five labels mean something if the pretrained weights are not available, and so that quantization has
something to lose. Use them at the sizes that they were trained at, {{ sides | join(" to ") }}
pixels. For an app, take `--weights pretrained`, or your own.
{%- endblock %}
{% block data %}
one object of {{ labels | length }} classes
  near the centre, each with a shape, a hue and a texture of its own, in changing light and size,
  over photographs (`golden/photos/SOURCES.md`). Each drawn class has the nearest of ImageNet's
  1,000 labels (`pipeline/demo/classify_scenes.py`). Held-out scenes are over other photographs than
  those trained on.
{%- endblock %}
{% block held %}
({{ held_out }} of {{ shape[0] }}×{{ shape[1] }}, prepared for {{ exported }}×{{ exported }} by the
  recipe's steps): the right label is first for **{{ "%.1f" | format(100 * top1) }} %**, and among
  the first five for **{{ "%.1f" | format(100 * top5) }} %**, measured with the weights as they are
  stored. Prepared for {{ large }}×{{ large }} it is first for
  {{ "%.1f" | format(100 * top1_large) }} %.
{%- endblock %}
{% block table %}
| label | first |
|---|---|
{% for label, share in labels.items() %}
| {{ label }} | {{ "%.1f" | format(100 * share) }} % |
{% endfor %}
{% endblock %}
"""

_CARDS = Environment(loader=DictLoader({"card": CARD}), undefined=StrictUndefined, trim_blocks=True)

SEGMENTATION: Template = _CARDS.from_string(SEGMENTATION_CARD)
CLASSIFICATION: Template = _CARDS.from_string(CLASSIFICATION_CARD)
