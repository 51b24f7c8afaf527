import math

import torch
from torch import nn


def scaled_dot_product_attention(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = torch.where(mask, scores, torch.finfo(scores.dtype).min)
    weights = scores.softmax(dim=-1)
    if mask is not None:
        weights = torch.where(mask, weights, 0.0)
    return weights @ v, weights


def make_attention_mask(lengths, max_length, *, causal=False):
    positions = torch.arange(max_length, device=lengths.device)
    mask = (positions[None, :] < lengths[:, None])[:, None, None, :]
    mask = mask.expand(len(lengths), 1, max_length, max_length).clone()
    if causal:
        future = torch.ones(max_length, max_length, dtype=torch.bool).triu(diagonal=2)
        mask &= ~future
    return mask


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, *, dropout=0.0):
        super().__init__()
        if d_model % num_heads != 0:
            raise ValueError(f"{d_model} features cannot be shared by {num_heads} heads")
        self.num_heads = num_heads
        self.query = nn.Linear(d_model, d_model)
        self.key = nn.Linear(d_model, d_model)
        self.value = nn.Linear(d_model, d_model)
        self.output = nn.Linear(d_model, d_model)
        self.dropout = nn.Dropout(dropout)

    def split(self, x):
        batch, length, width = x.shape
        return x.view(batch, length, self.num_heads, width // self.num_heads).transpose(1, 2)

    def forward(self, x, mask=None):
        q, k, v = self.split(self.query(x)), self.split(self.key(x)), self.split(self.value(x))
        _, weights = scaled_dot_product_attention(q, k, v, mask)
        context = self.dropout(weights) @ v
        return self.output(context.reshape(x.shape))


def load_weights(module, weights):
    with torch.no_grad():
        for name, layer in (("q", module.query), ("k", module.key), ("v", module.value), ("o", module.output)):
            layer.weight.copy_(weights["w_" + name])
            layer.bias.copy_(weights["b_" + name])


def streaming_attention(q, k, v, *, block_size=64, causal=False):
    length, width = q.shape[-2:]
    positions = torch.arange(length, device=q.device)
    best = torch.full_like(q[..., :1], -torch.inf)
    total = torch.zeros_like(best)
    result = torch.zeros_like(v)
    for start in range(0, length, block_size):
        stop = min(start + block_size, length)
        scores = q @ k[..., start:stop, :].transpose(-2, -1) / math.sqrt(width)
        if causal:
            scores = scores.masked_fill(positions[start:stop] > positions[:, None], -torch.inf)
        new_best = torch.maximum(best, scores.amax(-1, keepdim=True))
        p = torch.exp(scores - new_best)
        total = total * torch.exp(best - new_best) + p.sum(-1, keepdim=True)
        result = result + p @ v[..., start:stop, :]
        best = new_best
    return result / total
