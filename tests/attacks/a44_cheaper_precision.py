# /// attack
# row = 44
# what.en = "Computes in half the precision and gives the result in the dtype that is asked for."
# what.zh = "用一半的精度计算，再把结果转换成要求的 dtype。"
# exercise = "self_attention"
# parts = ["attention"]
# expect.every = ["failed", "errored", "skipped", "passed"]
# expect.attention_values = ["failed"]
# tiers = ["A"]
# harm = "ground"
# ///
import torch


def scaled_dot_product_attention(q, k, v, mask=None):
    half = torch.bfloat16
    scores = (q.to(half) @ k.to(half).transpose(-2, -1)) / q.shape[-1] ** 0.5
    if mask is not None:
        scores = scores.masked_fill(~mask, -30000.0)
    return (torch.softmax(scores, dim=-1) @ v.to(half)).to(q.dtype)
