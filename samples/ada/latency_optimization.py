"""Six ways to make a small GPT cheaper, written mostly with plain tensor operations."""

import torch
from torch import nn


def benchmark(function, make_input, *, warmup=3, repeats=10, clock):
    for _ in range(warmup):
        function(make_input())

    def one():
        data = make_input()
        begin = clock()
        function(data)
        return clock() - begin

    times = torch.tensor([one() for _ in range(repeats)], dtype=torch.float64)
    q25, q50, q75, q95 = times.quantile(torch.tensor([0.25, 0.5, 0.75, 0.95], dtype=torch.float64)).tolist()
    return {"median_s": q50, "p95_s": q95, "iqr_s": q75 - q25}


def quantize_per_channel(weight):
    top = torch.linalg.vector_norm(weight, ord=float("inf"), dim=1, keepdim=True)
    scale = (top / 127).masked_fill(top == 0, 1.0)
    return weight.div(scale).round().to(torch.int8), scale


def int8_linear(x, q, scale, bias=None):
    out = torch.einsum("...i,oi->...o", x, (q * scale).to(x.dtype))
    return out if bias is None else out + bias.to(x.dtype)


def magnitude_prune(model, sparsity):
    if not (sparsity >= 0 and sparsity < 1):
        raise ValueError("sparsity must be in [0, 1)")
    layers = [m for m in model.modules() if isinstance(m, nn.Linear)]
    chosen = {n: p for n, p in model.named_parameters() if any(p is m.weight for m in layers)}
    sizes = torch.cat([p.detach().abs().reshape(-1) for p in chosen.values()])
    gone = torch.zeros(sizes.numel(), dtype=torch.bool)
    gone[torch.topk(sizes, int(sparsity * sizes.numel()), largest=False).indices] = True
    masks, start = {}, 0
    for name, p in chosen.items():
        masks[name] = ~gone[start : start + p.numel()].reshape(p.shape)
        p.data *= masks[name]
        start += p.numel()
    return masks


def distillation_loss(student_logits, teacher_logits, targets, *, temperature=2.0, alpha=0.5):
    log_s = torch.log_softmax(student_logits / temperature, -1)
    log_t = torch.log_softmax(teacher_logits.detach() / temperature, -1)
    soft = (log_t.exp() * (log_t - log_s)).sum(-1).mean() * temperature**2
    return torch.lerp(nn.functional.cross_entropy(student_logits, targets), soft, alpha)


@torch.inference_mode()
def generate(model, ids, max_new_tokens):
    text, cache = ids, None
    for _ in range(max_new_tokens):
        known = 0 if cache is None else cache[0][0].shape[2]
        logits, cache = model(text[:, known:], cache)
        text = torch.cat([text, logits[:, -1:].argmax(-1)], 1)
    return text


@torch.inference_mode()
def batched_generate(model, prompts, max_new_tokens, *, pad_id, eos_id=None):
    size = max(map(len, prompts))
    pads = torch.tensor([size - len(p) for p in prompts])
    ids = torch.tensor([[pad_id] * (size - len(p)) + list(p) for p in prompts])
    columns = torch.arange(size + max_new_tokens)
    real = columns >= pads[:, None]
    places = (columns - pads[:, None]).clamp_min(0)
    done, cache, known = torch.zeros(len(prompts), dtype=torch.bool), None, 0
    for end in range(size, size + max_new_tokens):
        logits, cache = model(ids[:, known:], cache, places[:, known:end], real[:, :end])
        token = logits[:, -1:].argmax(-1)
        ids, known = torch.cat([ids, token], 1), end
        if eos_id is not None:
            done |= token[:, 0] == eos_id
            if done.all():
                break
    answers = ids[:, size:].tolist()
    return [a[: a.index(eos_id) + 1] if eos_id in a else a for a in answers]
