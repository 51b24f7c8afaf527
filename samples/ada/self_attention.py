"""Self-attention, mostly with einsum and one fused projection."""

import torch
from torch import nn


def scaled_dot_product_attention(q, k, v, mask=None):
    scores = torch.einsum("...qd,...kd->...qk", q, k) * q.shape[-1] ** -0.5
    if mask is None:
        weights = scores.softmax(-1)
    else:
        blocked = torch.logical_not(mask)
        # Rows without any key: let them see everything for a moment, so that no NaN is ever born, then clear them.
        lonely = blocked.all(-1, keepdim=True)
        weights = scores.masked_fill(blocked & ~lonely, float("-inf")).softmax(-1)
        weights = weights.masked_fill(lonely, 0.0)
    return torch.einsum("...qk,...kd->...qd", weights, v), weights


def make_attention_mask(lengths, max_length, *, causal=False):
    steps = torch.arange(max_length, device=lengths.device)
    keys = steps.view(1, 1, 1, -1) < lengths.view(-1, 1, 1, 1)
    mask = keys.expand(-1, 1, max_length, -1)
    if causal:
        mask = mask & (steps.view(1, -1) <= steps.view(-1, 1))
    return mask.clone()


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, *, dropout=0.0):
        super().__init__()
        if d_model % num_heads:
            raise ValueError("the heads must share the width evenly")
        self.heads = num_heads
        self.qkv = nn.Linear(d_model, 3 * d_model)
        self.out = nn.Linear(d_model, d_model)
        self.drop = nn.Dropout(dropout)

    def forward(self, x, mask=None):
        # One matrix product for all three, then (3, B, H, T, d).
        q, k, v = self.qkv(x).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        _, weights = scaled_dot_product_attention(q, k, v, mask)
        mixed = self.drop(weights) @ v
        return self.out(mixed.transpose(1, 2).flatten(-2))


@torch.no_grad()
def load_weights(module, weights):
    module.qkv.weight.copy_(torch.cat([weights["w_q"], weights["w_k"], weights["w_v"]]))
    module.qkv.bias.copy_(torch.cat([weights["b_q"], weights["b_k"], weights["b_v"]]))
    module.out.weight.copy_(weights["w_o"])
    module.out.bias.copy_(weights["b_o"])


def streaming_attention(q, k, v, *, block_size=64, causal=False):
    # Each block gives its own answer and the logsumexp of its scores; two answers are mixed by their shares.
    steps = torch.arange(q.shape[-2], device=q.device)
    out = torch.zeros_like(q)
    log_total = torch.full_like(q[..., :1], float("-inf"))
    for keys, values, at in zip(k.split(block_size, -2), v.split(block_size, -2), steps.split(block_size), strict=True):
        scores = (q @ keys.mT).mul_(q.shape[-1] ** -0.5)
        if causal:
            scores.masked_fill_(at > steps.unsqueeze(-1), float("-inf"))
        log_block = scores.logsumexp(-1, keepdim=True)
        log_new = torch.logaddexp(log_total, log_block)
        share = scores.sub_(log_new).exp_()
        out = out.mul_((log_total - log_new).exp_()).add_(share @ values)
        log_total = log_new
    return out
