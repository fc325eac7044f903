"""A BLIP captioner (`BlipForConditionalGeneration`) in plain torch.

The modules are named as in the published checkpoints, so `state_dict()` holds
exactly the tensor names that a Hugging Face checkpoint of this architecture
has, and nothing has to be renamed on the way out or in.

GELU is the erf form everywhere; epsilons come from the configuration.
"""

from dataclasses import dataclass

import torch
from torch import nn

from text_decoder import TextDecoder
from vision_tower import VisionModel


@dataclass(frozen=True)
class BlipShape:
    """The sizes that `config.json` states; see `checkpoint.py` for the file itself."""

    image_size: int
    patch_size: int
    vision_width: int
    vision_layers: int
    vision_heads: int
    vision_feed_forward: int
    vision_epsilon: float
    text_width: int
    text_layers: int
    text_heads: int
    text_feed_forward: int
    text_epsilon: float
    text_positions: int
    vocabulary: int

    @property
    def grid(self):
        return self.image_size // self.patch_size


class Blip(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.vision_model = VisionModel(shape)
        self.text_decoder = TextDecoder(shape)

    def forward(self, pixels, ids):
        return self.text_decoder(ids, self.vision_model(pixels))

    @torch.no_grad()
    def caption(self, pixels, bos, sep, limit=32):
        """Greedy captions: a list of `(ids, mean probability)` without bos and sep.

        The probability is the mean over the generated tokens, sep included.
        """
        image = self.vision_model(pixels)
        ids = torch.full((len(pixels), 1), bos, dtype=torch.long, device=pixels.device)
        steps = []
        while ids.shape[1] < limit:
            best = self.text_decoder(ids, image)[:, -1].float().softmax(-1).max(-1)
            steps.append(best.values)
            ids = torch.cat([ids, best.indices[:, None]], 1)
            if (ids == sep).any(1).all():
                break
        return [self._cut(row, sep) for row in zip(ids[:, 1:].tolist(), torch.stack(steps, 1).tolist())]

    @staticmethod
    def _cut(row, sep):
        ids, probabilities = row
        end = ids.index(sep) if sep in ids else len(ids) - 1
        return ids[:end], sum(probabilities[: end + 1]) / (end + 1)
