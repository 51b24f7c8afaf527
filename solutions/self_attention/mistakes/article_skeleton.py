# /// mistake
# kind = "value"
# functions = [
#     "scaled_dot_product_attention", "make_attention_mask", "MultiHeadAttention", "load_weights", "streaming_attention",
# ]
# title.en = "Functions whose body is pass"
# title.zh = "函数体只有 pass"
# explanation.en = "A function without a return statement returns None, without a word. A skeleton that is to be filled in should raise NotImplementedError, so that it says so when it is called."
# explanation.zh = "没有 return 语句的函数会不声不响地返回 None。留待填写的骨架应当抛出 NotImplementedError，这样一调用就知道还没写。"
# ///
"""The skeleton that an introductory article prints as a language model, behind this contract's names."""

from torch import nn


def scaled_dot_product_attention(q, k, v, mask=None):
    # compute the attention weights
    # weighted sum
    pass


def make_attention_mask(lengths, max_length, *, causal=False):
    pass


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, *, dropout=0.0):
        super().__init__()

    def forward(self, x, mask=None):
        pass


def load_weights(module, weights):
    pass


def streaming_attention(q, k, v, *, block_size=64, causal=False):
    pass
