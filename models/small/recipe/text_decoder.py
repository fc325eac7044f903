"""The text decoder: a post-LN BERT with causal self-attention and cross-attention on all image tokens; no token types."""

import torch
import torch.nn.functional as F
from torch import nn

from layers import Norm, attend


class TextEmbeddings(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.word_embeddings = nn.Embedding(shape.vocabulary, shape.text_width)
        self.position_embeddings = nn.Embedding(shape.text_positions, shape.text_width)
        self.LayerNorm = Norm(shape.text_width, eps=shape.text_epsilon)

    def forward(self, ids):
        return self.LayerNorm(self.word_embeddings(ids) + self.position_embeddings.weight[: ids.shape[1]])


class Projections(nn.Module):
    def __init__(self, width, source):
        super().__init__()
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(source, width)
        self.value = nn.Linear(source, width)


class Residual(nn.Module):
    """Dense, add, normalise: the tail of every BERT sub-layer."""

    def __init__(self, inner, width, epsilon):
        super().__init__()
        self.dense = nn.Linear(inner, width)
        self.LayerNorm = Norm(width, eps=epsilon)

    def forward(self, x, residual):
        return self.LayerNorm(residual + self.dense(x))


class TextAttention(nn.Module):
    def __init__(self, shape, source):
        super().__init__()
        self.heads = shape.text_heads
        self.self = Projections(shape.text_width, source)
        self.output = Residual(shape.text_width, shape.text_width, shape.text_epsilon)

    def forward(self, x, source, mask=None):
        mixed = attend(self.self.query(x), self.self.key(source), self.self.value(source), self.heads, mask)
        return self.output(mixed, x)


class TextIntermediate(nn.Module):
    def __init__(self, width, inner):
        super().__init__()
        self.dense = nn.Linear(width, inner)


class TextLayer(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.attention = TextAttention(shape, shape.text_width)
        self.crossattention = TextAttention(shape, shape.vision_width)
        self.intermediate = TextIntermediate(shape.text_width, shape.text_feed_forward)
        self.output = Residual(shape.text_feed_forward, shape.text_width, shape.text_epsilon)

    def forward(self, x, image, mask):
        x = self.attention(x, x, mask)
        x = self.crossattention(x, image)
        return self.output(F.gelu(self.intermediate.dense(x)), x)


class TextEncoder(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.layer = nn.ModuleList(TextLayer(shape) for _ in range(shape.text_layers))


class Bert(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.embeddings = TextEmbeddings(shape)
        self.encoder = TextEncoder(shape)


class Transform(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.dense = nn.Linear(shape.text_width, shape.text_width)
        self.LayerNorm = Norm(shape.text_width, eps=shape.text_epsilon)


class Predictions(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.transform = Transform(shape)
        self.decoder = nn.Linear(shape.text_width, shape.vocabulary, bias=False)
        self.bias = nn.Parameter(torch.zeros(shape.vocabulary))

    def forward(self, x):
        x = self.transform.LayerNorm(F.gelu(self.transform.dense(x)))
        return F.linear(x, self.decoder.weight, self.bias)


class Head(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.predictions = Predictions(shape)


class TextDecoder(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.bert = Bert(shape)
        self.cls = Head(shape)

    def forward(self, ids, image):
        """Logits `[batch, tokens, vocabulary]` for the word after each of `ids`."""
        x = self.bert.embeddings(ids)
        tokens = ids.shape[1]
        mask = torch.full((tokens, tokens), -1e4, dtype=x.dtype, device=x.device).triu(1)
        for layer in self.bert.encoder.layer:
            x = layer(x, image, mask)
        return self.cls.predictions(x)
