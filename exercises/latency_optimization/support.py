"""What the checks run beside your code: a tiny GPT, layers to prune, gradients, and a benchmark with a scripted clock.

Every function gets your module as `submission`. You need not read this file to solve the exercise, but
`TinyGPT.forward` is worth a look, and `python support.py`, in this folder, tries your `generate` and says how many
positions it computed.
"""

from __future__ import annotations

import copy
import importlib
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn

MODELS: dict[str, Any] = {}  # what models.py loads; the grader fills it in for the checks of --full

Cache = list[tuple[Tensor, Tensor]]  # for each layer: keys and values, each (B, H, T, d)

# ---- the tiny GPT -------------------------------------------------------------------------------------------------


class TinyGPT(nn.Module):
    """A decoder with learned positions: random weights, but the same ones for the same seed.

    The weights are drawn wide, so that each token, its position and its context all matter to the next one.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        vocabulary: int = 1024,
        width: int = 256,
        layers: int = 4,
        heads: int = 8,
        context: int = 512,
    ) -> None:
        super().__init__()
        self.heads = heads
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(context, width)
        self.blocks = nn.ModuleList(_Block(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, vocabulary, bias=False)
        self.computed = 0  # positions that went through the layers so far, padding included
        self.forwards = 0
        _draw(self, seed)

    def forward(
        self,
        ids: Tensor,
        past: Cache | None = None,
        positions: Tensor | None = None,
        attention_mask: Tensor | None = None,
    ) -> tuple[Tensor, Cache]:
        """Logits for each of the given tokens, and the cache of all tokens so far.

        Args:
            ids: (B, T), int64: the tokens that the cache does not hold yet.
            past: None, or what the last call returned.
            positions: (B, T), int64; by default the length of the cache and onwards.
            attention_mask: bool, (B, cached + T), True = real token. By default all are.

        Returns:
            Logits (B, T, vocabulary), and the cache to hand in next time; the one that was handed in is not changed.
        """
        batch, length = ids.shape
        cached = 0 if past is None else past[0][0].shape[2]
        if positions is None:
            positions = torch.arange(cached, cached + length).expand(batch, length)
        if positions.shape != ids.shape:
            raise ValueError(f"positions are {tuple(positions.shape)}, ids are {tuple(ids.shape)}")
        self.computed += batch * length
        self.forwards += 1
        mask = _may_attend(attention_mask, batch, length, cached)
        x = self.tokens(ids) + self.positions(positions)
        present: Cache = []
        for number, block in enumerate(self.blocks):
            x, kept = block(x, None if past is None else past[number], mask)
            present.append(kept)
        return self.head(self.norm(x)), present


class _Block(nn.Module):
    """Attention and a feed-forward layer, each after a norm and around a residual."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm_1 = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm_2 = nn.LayerNorm(width)
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)

    def forward(
        self, x: Tensor, past: tuple[Tensor, Tensor] | None, mask: Tensor | None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        q, k, v = self.qkv(self.norm_1(x)).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        if past is not None:
            k, v = torch.cat([past[0], k], dim=2), torch.cat([past[1], v], dim=2)
        scores = q @ k.transpose(-2, -1) * q.shape[-1] ** -0.5
        if mask is not None:
            # Not minus infinity: a padding position may see nothing at all, and must not become NaN.
            scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
        x = x + self.out((scores.softmax(-1) @ v).transpose(1, 2).flatten(-2))
        return x + self.down(torch.relu(self.up(self.norm_2(x)))), (k, v)


def _may_attend(attention_mask: Tensor | None, batch: int, length: int, cached: int) -> Tensor | None:
    """(B or 1, 1, T, cached + T), or None where every position may attend to every key."""
    if attention_mask is not None and attention_mask.shape != (batch, cached + length):
        raise ValueError(f"attention_mask is {tuple(attention_mask.shape)}, should be {(batch, cached + length)}")
    if length == 1 and attention_mask is None:
        return None
    causal = torch.ones(length, cached + length, dtype=torch.bool).tril(cached)
    return causal[None, None] if attention_mask is None else causal & attention_mask.bool()[:, None, None, :]


@torch.no_grad()
def _draw(model: nn.Module, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    for module in model.modules():
        if isinstance(module, nn.Linear):
            module.weight.normal_(0.0, 1.5 * module.in_features**-0.5, generator=generator)
            if module.bias is not None:
                module.bias.normal_(0.0, 0.3, generator=generator)
        elif isinstance(module, nn.Embedding):
            module.weight.normal_(0.0, 1.0, generator=generator)


def tiny_gpt(_: ModuleType | None = None, seed: int = 0, dtype: str = "float32", **sizes: int) -> TinyGPT:
    """The tiny GPT: 3.8 million weights unless other sizes are given. In training mode, as any new module is."""
    return TinyGPT(seed=seed, **sizes).to(getattr(torch, dtype))


def small_gpt(_: ModuleType, seed: int) -> TinyGPT:
    """A smaller one in float64, in which no rounding turns a close call."""
    return tiny_gpt(seed=seed, dtype="float64", vocabulary=61, width=40, layers=3, heads=4, context=96)


def mode_after(submission: ModuleType, seed: int, ids: Tensor, training: bool) -> list[bool]:
    """The modes of the model and of its parts after generate."""
    model = small_gpt(submission, seed).train(training)
    submission.generate(model, ids, 3)
    return sorted({module.training for module in model.modules()})


def greedy_margin(_: ModuleType, model: TinyGPT, ids: Tensor, max_new_tokens: int) -> float:
    """How far the best logit is above the next one, where they come closest; by full recomputation."""
    closest = float("inf")
    with torch.no_grad():
        for _ in range(max_new_tokens):
            logits = model(ids)[0][:, -1]
            best, second = logits.topk(2, dim=-1).values.unbind(-1)
            closest = min(closest, float((best - second).min()))
            ids = torch.cat([ids, logits.argmax(-1, keepdim=True)], dim=1)
    return closest


def solo_answers(submission: ModuleType, model: TinyGPT, prompts: list[list[int]], max_new_tokens: int) -> Any:
    """Each prompt's new tokens when it is generated on its own."""
    return [
        submission.generate(model, torch.tensor([prompt]), max_new_tokens)[0, len(prompt) :].tolist()
        for prompt in prompts
    ]


# ---- layers to prune ----------------------------------------------------------------------------------------------


class Pruned(nn.Module):
    """Layers of very different scales, and much that is no nn.Linear."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(11, 8)
        self.narrow = nn.Linear(8, 16)
        self.norm = nn.LayerNorm(16)
        self.stack = nn.Sequential(nn.Linear(16, 12, bias=False), nn.ReLU(), nn.Linear(12, 8))
        self.convolution = nn.Conv1d(8, 4, 3)
        self.double()
        generator = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.normal_(0.0, 1.0, generator=generator)
            self.stack[0].weight.mul_(0.3)
            self.stack[2].weight.mul_(2.5)


def layers_to_prune(_: ModuleType, seed: int) -> Pruned:
    """A model of four Linear weights, 416 numbers in all, and other parameters."""
    return Pruned(seed)


def parameters_of(_: ModuleType, model: nn.Module) -> dict[str, Tensor]:
    """All parameters by name."""
    return {name: parameter.detach().clone() for name, parameter in model.named_parameters()}


def pruned_single_layer(submission: ModuleType, weight: Tensor, sparsity: float) -> Any:
    """Masks and weight where the model is itself an nn.Linear."""
    layer = nn.Linear(weight.shape[1], weight.shape[0]).to(weight.dtype)
    with torch.no_grad():
        layer.weight.copy_(weight)
    masks = submission.magnitude_prune(layer, sparsity)
    return masks, layer.weight.detach()


def parameters_held_before(submission: ModuleType, seed: int, sparsity: float) -> dict[str, bool]:
    """Whether an optimizer that holds the parameters since before the pruning still holds the model's own."""
    model = Pruned(seed)
    held = dict(model.named_parameters())
    submission.magnitude_prune(model, sparsity)
    now = dict(model.named_parameters())
    return {name: now.get(name) is parameter for name, parameter in held.items()}


# ---- distillation -------------------------------------------------------------------------------------------------


def distillation_gradients(
    submission: ModuleType, student: Tensor, teacher: Tensor, targets: Tensor, temperature: float, alpha: float
) -> dict[str, Tensor]:
    """Gradients of the loss with respect to both logits; zeros where none flows."""
    leaves = {
        "student": student.detach().clone().requires_grad_(),
        "teacher": teacher.detach().clone().requires_grad_(),
    }
    loss = submission.distillation_loss(
        leaves["student"], leaves["teacher"], targets, temperature=temperature, alpha=alpha
    )
    if loss.requires_grad:
        loss.backward()
    return {name: torch.zeros_like(leaf) if leaf.grad is None else leaf.grad for name, leaf in leaves.items()}


# ---- a scripted clock ---------------------------------------------------------------------------------------------


class _Input:
    def __init__(self, extra_s: float) -> None:
        self.extra_s = extra_s
        self.uses = 0


class _Script:
    """A function, its inputs and a clock that all follow a script; no real time passes.

    Making an input takes time, calling the function takes time, and an input that comes a second time is quick, as if
    something had remembered it. Between the two readings around a timed call the clock is true; between others it is
    not.
    """

    def __init__(self, script: dict[str, Sequence[float]]) -> None:
        self.now_s = script["start_s"][0]
        self.script = script
        self.reads = self.calls = self.made = self.repeated = 0
        self.reads_before_first_timed = 0

    def clock(self) -> float:
        errors = self.script["clock_s"]
        self.now_s += errors[self.reads % len(errors)]
        self.reads += 1
        return self.now_s

    def make_input(self) -> _Input:
        self.now_s += self._turn("setup_s", self.made)
        self.made += 1
        return _Input(self._turn("input_s", self.made - 1))

    def function(self, given: _Input) -> float:
        taken = self._turn("call_s", self.calls) + given.extra_s
        self.now_s += taken * (0.01 if given.uses else 1.0)
        self.repeated += given.uses > 0
        given.uses += 1
        self.calls += 1
        return self.now_s

    def _turn(self, name: str, number: int) -> float:
        return self.script[name][number % len(self.script[name])]


def benchmarked(submission: ModuleType, script: dict[str, list[float]], numbers: dict[str, int]) -> Any:
    """What benchmark makes of the script; `numbers` are warmup and repeats, or nothing."""
    stage = _Script(script)
    result = submission.benchmark(stage.function, stage.make_input, clock=stage.clock, **numbers)
    return result if stage.reads else "the clock that was given was never read"


def benchmark_counts(submission: ModuleType, script: dict[str, list[float]], numbers: dict[str, int]) -> dict[str, int]:
    """How often benchmark did what. Counted in your own process, so it is a claim of that process."""
    stage = _Script(script)
    submission.benchmark(stage.function, stage.make_input, clock=stage.clock, **numbers)
    return {
        "calls": stage.calls,
        "inputs_made": stage.made,
        "calls_with_a_used_input": stage.repeated,
        "clock_readings": stage.reads,
    }


# ---- a real language model: the checks of --full ---------------------------------------------------------------------

PRUNED_BLOCKS = (0, 6, 12, 18, 24)  # 18 million weights of 106: enough to feel it


def real_loss(_: ModuleType) -> float:
    """The loss of the real model on news, in nats a token."""
    model, ids = MODELS["smollm2"]["model"], MODELS["smollm2"]["ids"]
    with torch.no_grad():
        logits = model(ids).logits[0, :-1]
        return float(nn.functional.cross_entropy(logits, ids[0, 1:]))


def real_loss_with_int8_weights(submission: ModuleType) -> float:
    """The same with all weights of its blocks rounded to 8 bits and back, by your quantize_per_channel."""
    layers = [each for each in MODELS["smollm2"]["model"].model.layers.modules() if isinstance(each, nn.Linear)]
    kept = [layer.weight for layer in layers]
    try:
        for layer in layers:
            q, scale = submission.quantize_per_channel(layer.weight.detach().clone())
            layer.weight = nn.Parameter(q.float() * scale, requires_grad=False)
        return real_loss(submission)
    finally:
        for layer, weight in zip(layers, kept, strict=True):
            layer.weight = weight


def real_loss_after_pruning(submission: ModuleType, sparsity: float) -> float:
    """The same with five of its thirty blocks pruned by your magnitude_prune."""
    blocks = MODELS["smollm2"]["model"].model.layers
    kept = [blocks[number] for number in PRUNED_BLOCKS]
    pruned = nn.ModuleList(copy.deepcopy(block) for block in kept)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weight in pruned.parameters():
            # The weights come from few bits, and many are equal: which of these go should not matter here.
            weight.mul_(1.0 + 0.001 * torch.rand(weight.shape, generator=generator))
    submission.magnitude_prune(pruned, sparsity)
    try:
        for number, block in zip(PRUNED_BLOCKS, pruned, strict=True):
            blocks[number] = block
        return real_loss(submission)
    finally:
        for number, block in zip(PRUNED_BLOCKS, kept, strict=True):
            blocks[number] = block


# ---- python support.py --------------------------------------------------------------------------------------------


def _try_generate(prompt_length: int = 32, max_new_tokens: int = 32) -> None:
    submission = importlib.import_module("latency_optimization")
    model = tiny_gpt()
    ids = torch.randint(0, 1024, (1, prompt_length), generator=torch.Generator().manual_seed(1))
    wanted = ids
    with torch.no_grad():
        for _ in range(max_new_tokens):
            wanted = torch.cat([wanted, model(wanted)[0][:, -1:].argmax(-1)], dim=1)
    full, model.computed, model.forwards = model.computed, 0, 0
    got = submission.generate(model, ids, max_new_tokens)
    print("same tokens as full recomputation:", torch.equal(got, wanted))  # noqa: T201
    counted = f"{model.computed} in {model.forwards} forward passes"
    print(f"positions computed: {counted} (full recomputation: {full})")  # noqa: T201


if __name__ == "__main__":
    _try_generate()
