"""How a model and its auxiliary head learn from one batch."""

import torch
import torch.nn.functional as F

import checkpoint
from batches import padded

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def normalised(pixels):
    """uint8 `[n, side, side, 3]` to the model's input."""
    mean = torch.tensor(checkpoint.CLIP_MEAN, device=pixels.device) * 255
    std = torch.tensor(checkpoint.CLIP_STD, device=pixels.device) * 255
    return ((pixels.float() - mean) / std).permute(0, 3, 1, 2)


def look(vision, pixels):
    """The second layer's output and the vision tower's own."""
    x = vision.embeddings(pixels)
    for index, layer in enumerate(vision.encoder.layers):
        x = layer(x)
        if index == 1:
            early = x
    return early, vision.post_layernorm(x)


def caption_loss(model, image, captions):
    """Mean loss of a word. Short and long captions run apart, to pad less."""
    half = len(captions) // 2
    total, words = 0.0, 0
    for part, tokens in ((captions[:half], image[:half]), (captions[half:], image[half:])):
        inputs, targets = (ids.to(image.device) for ids in padded(part))
        logits = model.text_decoder(inputs, tokens).float()
        total = total + F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="sum")
        words += (targets >= 0).sum()
    return total / words


class Learner:
    """A model with its auxiliary head, and how they learn from one batch."""

    def __init__(self, model, head):
        self.model, self.head, self.auxiliary = model, head, 0.0

    def parameters(self):
        return [*self.model.parameters(), *self.head.parameters()]

    def learn(self, batch):
        """Leaves gradients; returns the two losses."""
        labels = {name: tensor.to(DEVICE) for name, tensor in batch.labels.items()}
        with torch.autocast(DEVICE, torch.bfloat16):
            early, image = look(self.model.vision_model, normalised(batch.pixels.to(DEVICE)))
            crowds = sum(not caption for caption in batch.captions)
            caption = caption_loss(self.model, image[crowds:], batch.captions[crowds:])
            extra = self.head(early, image, labels)
        (caption + self.auxiliary * extra).backward()
        return caption.item(), extra.item()
