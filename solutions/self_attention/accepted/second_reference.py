# /// accepted
# note.en = "Written from the contract alone, to check the reference against: einsum with heads kept behind the length, projections as one list, partial results merged by their log-sum-exp."
# note.zh = "只依据约定独立写成，用来核对参考实现：全部用 einsum，头放在长度之后，投影存成一个列表，分块结果按 log-sum-exp 合并。"
# ///
from __future__ import annotations

import torch
from torch import nn

_NAMES = ("q", "k", "v", "o")


def _shares(scores, allowed):
    """Softmax over the last axis among the allowed entries; rows without any are zero."""
    if allowed is None:
        return torch.exp(scores - torch.logsumexp(scores, -1, keepdim=True))
    allowed = allowed.expand(scores.shape)
    some = allowed.any(-1, keepdim=True)
    safe = torch.where(allowed, scores, torch.where(some, -torch.inf, 0.0).to(scores.dtype))
    return torch.where(allowed, torch.exp(safe - torch.logsumexp(safe, -1, keepdim=True)), 0.0)


def scaled_dot_product_attention(q, k, v, mask=None):
    scores = torch.einsum("...id,...jd->...ij", q, k) * q.size(-1) ** -0.5
    weights = _shares(scores, mask)
    return torch.einsum("...ij,...jd->...id", weights, v), weights


def make_attention_mask(lengths, max_length, *, causal=False):
    query = torch.arange(max_length)[None, None, :, None]
    key = torch.arange(max_length)[None, None, None, :]
    last = lengths.reshape(-1, 1, 1, 1) - 1
    limit = torch.minimum(last, query) if causal else last + 0 * query
    return key <= limit


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, *, dropout=0.0):
        super().__init__()
        self.size, remainder = divmod(d_model, num_heads)
        if remainder:
            raise ValueError("num_heads must divide d_model")
        self.heads = num_heads
        self.rate = dropout
        self.linears = nn.ModuleList(nn.Linear(d_model, d_model) for _ in _NAMES)

    def forward(self, x, mask=None):
        q, k, v = (linear(x).unflatten(-1, (self.heads, self.size)) for linear in self.linears[:3])
        scores = torch.einsum("bihd,bjhd->bhij", q, k) * self.size**-0.5
        weights = _shares(scores, mask)
        weights = nn.functional.dropout(weights, self.rate, self.training)
        return self.linears[3](torch.einsum("bhij,bjhd->bihd", weights, v).flatten(-2))


def load_weights(module, weights):
    for name, linear in zip(_NAMES, module.linears, strict=True):
        linear.load_state_dict({"weight": weights["w_" + name], "bias": weights["b_" + name]})


def streaming_attention(q, k, v, *, block_size=64, causal=False):
    q = q * q.size(-1) ** -0.5
    length = q.size(-2)
    out, log_sum = None, None
    for start in range(0, length, block_size):
        stop = min(start + block_size, length)
        scores = q @ k[:, :, start:stop].mT
        if causal:
            hidden = torch.arange(start, stop) > torch.arange(length)[:, None]
            scores.masked_fill_(hidden, -torch.inf)
        here = torch.logsumexp(scores, -1, keepdim=True)
        grown = here if log_sum is None else torch.logaddexp(log_sum, here)
        part = torch.exp(scores - grown) @ v[:, :, start:stop]
        out = part if out is None else out * torch.exp(log_sum - grown) + part
        log_sum = grown
    return out
