# /// mistake
# kind = "value"
# functions = ["scaled_dot_product_attention", "MultiHeadAttention"]
# made_of = [
#     "attn_no_scale", "attn_transpose_0_1", "attn_softmax_dim_1", "attn_mask_ignored",
#     "mha_single_head", "mha_mask_ignored", "mha_dropout_ignored", "mha_no_value_error",
# ]
# title.en = "A published self-attention layer"
# title.zh = "一篇文章里的自注意力层"
# explanation.en = "The layer of an introductory article, fitted to this contract. It runs on one sequence as a matrix, where a wrong axis happens to be the right one, and was never run on a batch."
# explanation.zh = "一篇入门文章里的自注意力层，改成了本题的接口。它只在单个序列（一个矩阵）上能运行：那时写错的轴恰好是对的；而它从没在一个批次上运行过。"
# ///
"""What an introductory article prints as self-attention, in our own words and behind this contract's names."""

import torch
from torch import nn


def scaled_dot_product_attention(q, k, v, mask=None):
    scores = torch.matmul(q, k.transpose(0, 1))
    weights = torch.softmax(scores, dim=1)
    return torch.matmul(weights, v), weights


def make_attention_mask(lengths, max_length, *, causal=False):
    raise NotImplementedError  # the article knows no mask


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, *, dropout=0.0):
        super().__init__()
        self.to_query = nn.Linear(d_model, d_model)
        self.to_key = nn.Linear(d_model, d_model)
        self.to_value = nn.Linear(d_model, d_model)
        self.to_output = nn.Linear(d_model, d_model)

    def forward(self, x, mask=None):
        out, _ = scaled_dot_product_attention(self.to_query(x), self.to_key(x), self.to_value(x))
        return self.to_output(out)


def load_weights(module, weights):
    layers = {"q": module.to_query, "k": module.to_key, "v": module.to_value, "o": module.to_output}
    with torch.no_grad():
        for name, layer in layers.items():
            layer.weight.copy_(weights["w_" + name])
            layer.bias.copy_(weights["b_" + name])


def streaming_attention(q, k, v, *, block_size=64, causal=False):
    raise NotImplementedError
