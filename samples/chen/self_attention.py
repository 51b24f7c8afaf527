import math

import torch
import torch.nn as nn
import torch.nn.functional as F


def scaled_dot_product_attention(q, k, v, mask=None):
    # similarity of every query with every key
    attn = q @ k.transpose(-1, -2)
    if mask is not None:
        attn = attn.masked_fill(~mask, torch.finfo(attn.dtype).min)
    attn = F.softmax(attn, dim=-1)
    if mask is not None:
        attn = attn.masked_fill(~mask, 0)
    return attn @ v, attn


def make_attention_mask(lengths, max_length, *, causal=False):
    idx = torch.arange(max_length)
    mask = (idx[None, :] < lengths[:, None])[:, None, None, :]
    mask = mask.repeat(1, 1, max_length, 1)
    if causal:
        mask = mask & torch.ones(max_length, max_length).tril().bool()
    return mask


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, *, dropout=0.0):
        super().__init__()
        if d_model % num_heads != 0:
            raise ValueError("d_model must be divisible by num_heads")
        self.n_head = num_heads
        self.d_head = d_model // num_heads
        self.wq = nn.Linear(d_model, d_model)
        self.wk = nn.Linear(d_model, d_model)
        self.wv = nn.Linear(d_model, d_model)
        self.wo = nn.Linear(d_model, d_model)
        self.p = dropout

    def forward(self, x, mask=None):
        B, T, D = x.shape

        def heads(t):
            return t.reshape(B, T, self.n_head, self.d_head).permute(0, 2, 1, 3)

        q, k, v = heads(self.wq(x)), heads(self.wk(x)), heads(self.wv(x))
        out, attn = scaled_dot_product_attention(q, k, v, mask)
        if self.training and self.p > 0:
            out = F.dropout(attn, self.p) @ v
        return self.wo(out.permute(0, 2, 1, 3).reshape(B, T, D))


def load_weights(module, weights):
    state = {
        "wq.weight": weights["w_q"], "wq.bias": weights["b_q"],
        "wk.weight": weights["w_k"], "wk.bias": weights["b_k"],
        "wv.weight": weights["w_v"], "wv.bias": weights["b_v"],
        "wo.weight": weights["w_o"], "wo.bias": weights["b_o"],
    }
    module.load_state_dict(state)


def streaming_attention(q, k, v, *, block_size=64, causal=False):
    B, H, T, d = q.shape
    scale = 1 / math.sqrt(d)
    m = torch.full((B, H, T, 1), -torch.inf, dtype=q.dtype)
    l = torch.zeros(B, H, T, 1, dtype=q.dtype)
    acc = torch.zeros_like(q)
    rows = torch.arange(T)[:, None]
    for s in range(0, T, block_size):
        e = min(s + block_size, T)
        logits = (q @ k[:, :, s:e].transpose(-1, -2)) * scale
        if causal:
            cols = torch.arange(s, e)[None, :]
            logits = logits.masked_fill(cols > rows, -torch.inf)
        m_new = torch.maximum(m, logits.max(dim=-1, keepdim=True).values)
        p = torch.exp(logits - m_new)
        fix = torch.exp(m - m_new)
        l = l * fix + p.sum(-1, keepdim=True)
        acc = acc * fix + p @ v[:, :, s:e]
        m = m_new
    return acc / l
