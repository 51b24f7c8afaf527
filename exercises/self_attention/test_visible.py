"""Small cases that can be followed by hand. Run them with `pytest test_visible.py` beside your self_attention.py."""

from __future__ import annotations

import math

import self_attention
import torch


def _same(got, want):
    assert got.shape == want.shape, f"shape {tuple(got.shape)}, should be {tuple(want.shape)}"
    assert torch.allclose(got, want, rtol=1e-4, atol=1e-5), f"{got.tolist()}, should be {want.tolist()}"


def test_equal_scores_give_the_mean():
    """A query of zeros scores every key alike, so every key gets the same weight and the output is the mean of v."""
    q = torch.zeros(1, 2, 3)
    k = torch.tensor([[[1.0, 2.0, 3.0], [0.0, -1.0, 4.0], [2.0, 2.0, 2.0], [5.0, 0.0, 1.0]]])
    v = torch.tensor([[[1.0, 10.0], [2.0, 20.0], [3.0, 30.0], [6.0, 40.0]]])
    out, weights = self_attention.scaled_dot_product_attention(q, k, v)
    _same(weights, torch.full((1, 2, 4), 0.25))
    _same(out, torch.tensor([[[3.0, 25.0], [3.0, 25.0]]]))


def test_two_keys_by_hand():
    """d = 4, so scores are halved: 0 and ln 3. exp gives 1 and 3, the shares are 1/4 and 3/4, the output 1 + 6."""
    q = torch.tensor([[2.0, 0.0, 0.0, 0.0]])
    k = torch.tensor([[0.0, 5.0, 0.0, 0.0], [math.log(3.0), 0.0, 5.0, 0.0]])
    v = torch.tensor([[4.0], [8.0]])
    out, weights = self_attention.scaled_dot_product_attention(q, k, v)
    _same(weights, torch.tensor([[0.25, 0.75]]))
    _same(out, torch.tensor([[7.0]]))
    # With the second key blocked, all the attention goes to the first.
    out, weights = self_attention.scaled_dot_product_attention(q, k, v, torch.tensor([[True, False]]))
    _same(weights, torch.tensor([[1.0, 0.0]]))
    _same(out, torch.tensor([[4.0]]))


def test_mask_drawn_by_hand():
    """Rows are queries, columns are keys. The first text has 2 tokens, the second 3."""
    lengths = torch.tensor([2, 3])
    mask = self_attention.make_attention_mask(lengths, 3)
    assert mask.dtype == torch.bool
    assert mask.tolist() == [
        [[[True, True, False], [True, True, False], [True, True, False]]],
        [[[True, True, True], [True, True, True], [True, True, True]]],
    ]
    mask = self_attention.make_attention_mask(lengths, 3, causal=True)
    assert mask.tolist() == [
        [[[True, False, False], [True, True, False], [True, True, False]]],
        [[[True, False, False], [True, True, False], [True, True, True]]],
    ]


def _averaging(width):
    """Weights that make the layer easy to predict: equal scores, and projections that pass values through."""
    zero, one = torch.zeros(width, width), torch.eye(width)
    weights = {"w_q": zero, "w_k": zero, "w_v": one, "w_o": one}
    return weights | {name: torch.zeros(width) for name in ("b_q", "b_k", "b_v", "b_o")}


def test_layer_that_averages():
    """With all scores equal, every token gets the mean of the tokens that it may attend to, plus the output bias."""
    weights = _averaging(4) | {"b_o": torch.tensor([0.0, 0.0, 0.0, 100.0])}
    layer = self_attention.MultiHeadAttention(4, 2)
    self_attention.load_weights(layer, weights)
    layer.eval()
    x = torch.tensor([[[1.0, 2.0, 3.0, 4.0], [3.0, 6.0, 9.0, 12.0]]])
    out = layer(x)
    _same(out, torch.tensor([[[2.0, 4.0, 6.0, 108.0], [2.0, 4.0, 6.0, 108.0]]]))
    causal = torch.tensor([[True, False], [True, True]])
    out = layer(x, causal)
    _same(out, torch.tensor([[[1.0, 2.0, 3.0, 104.0], [2.0, 4.0, 6.0, 108.0]]]))


def test_loaded_layout():
    """W[out, in], as in nn.Linear: row 0 of w_v says that value feature 0 is input feature 1, times 10."""
    w_v = torch.zeros(2, 2)
    w_v[0, 1] = 10.0
    weights = _averaging(2) | {"w_v": w_v, "b_v": torch.tensor([0.0, 7.0])}
    layer = self_attention.MultiHeadAttention(2, 1)
    self_attention.load_weights(layer, weights)
    layer.eval()
    out = layer(torch.tensor([[[1.0, 2.0]]]))
    _same(out, torch.tensor([[[20.0, 7.0]]]))


def test_streaming_in_two_blocks():
    """Three keys in blocks of two: the last block is short, and it holds the largest score."""
    q = torch.tensor([[[[1.0], [1.0], [1.0]]]])
    k = torch.log(torch.tensor([[[[1.0], [2.0], [5.0]]]]))
    v = torch.tensor([[[[8.0], [16.0], [24.0]]]])
    # The shares are 1/8, 2/8, 5/8: out = 1 + 4 + 15. With causal, each query knows only the keys up to its own.
    out = self_attention.streaming_attention(q, k, v, block_size=2)
    _same(out, torch.tensor([[[[20.0], [20.0], [20.0]]]]))
    out = self_attention.streaming_attention(q, k, v, block_size=2, causal=True)
    _same(out, torch.tensor([[[[8.0], [(8.0 + 2 * 16.0) / 3], [20.0]]]]))
