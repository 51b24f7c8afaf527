# /// accepted
# note.en = "A second reference, written from the task alone: quantiles by hand, a loop over rows, one product row by row of the bits, a set of the k smallest, the divergence as a difference of entropies, positions and masks always explicit."
# note.zh = "另一份参考实现，只看题目独立写成：手写分位数，逐行量化，乘积之后再缩放，挑出最小的 k 个，散度写成两个熵之差，位置和掩码总是显式给出。"
# ///
import math

import numpy
import torch


def _quantile(ordered, share):
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def benchmark(function, make_input, *, warmup=3, repeats=10, clock):
    measured = []
    for number in range(warmup + repeats):
        argument = make_input()
        if number < warmup:
            function(argument)
            continue
        begin = clock()
        function(argument)
        end = clock()
        measured.append(end - begin)
    measured.sort()
    return {
        "median_s": _quantile(measured, 0.5),
        "p95_s": _quantile(measured, 0.95),
        "iqr_s": _quantile(measured, 0.75) - _quantile(measured, 0.25),
    }


def quantize_per_channel(weight):
    q = torch.zeros(weight.shape, dtype=torch.int8)
    scale = weight.new_ones(len(weight), 1)
    for number, row in enumerate(weight):
        top = max(row.max().item(), -row.min().item())
        if top > 0:
            scale[number] = top / 127
            q[number] = (row / scale[number]).round().to(torch.int8)
    return q, scale


def int8_linear(x, q, scale, bias=None):
    wide = torch.promote_types(x.dtype, torch.float32)
    out = torch.einsum("...i,oi->...o", x.to(wide), q.to(wide)) * scale.to(wide).flatten()
    if bias is not None:
        out = out + bias.to(wide)
    return out.to(x.dtype)


def magnitude_prune(model, sparsity):
    if sparsity < 0 or sparsity >= 1:
        raise ValueError("0 <= sparsity < 1")
    found = []
    for module_name, module in model.named_modules():
        if isinstance(module, torch.nn.Linear):
            found.append((module_name + ".weight" if module_name else "weight", module.weight))
    if not found:
        return {}
    sizes = numpy.concatenate([weight.detach().abs().numpy().ravel() for _, weight in found])
    doomed = numpy.zeros(len(sizes), dtype=bool)
    doomed[numpy.argsort(sizes, kind="stable")[: math.floor(sparsity * len(sizes))]] = True
    ends = numpy.cumsum([weight.numel() for _, weight in found])[:-1]
    parts = numpy.split(~doomed, ends)
    masks = {name: torch.from_numpy(part.copy()).reshape(weight.shape) for (name, weight), part in zip(found, parts)}
    for name, weight in found:
        weight.data[~masks[name]] = 0.0
    return masks


def distillation_loss(student_logits, teacher_logits, targets, *, temperature=2.0, alpha=0.5):
    with torch.no_grad():
        logs = (teacher_logits / temperature).log_softmax(1)
        shares = logs.exp()
        entropy = -(shares * logs).sum(1)
    crossed = -(shares * (student_logits / temperature).log_softmax(1)).sum(1)
    right = student_logits.log_softmax(1)[torch.arange(len(targets)), targets]
    return alpha * temperature * temperature * (crossed - entropy).mean() - (1 - alpha) * right.mean()


def generate(model, ids, max_new_tokens):
    rows = ids.tolist()
    batch, length = ids.shape
    cache, feed = None, ids
    with torch.inference_mode():
        for number in range(max_new_tokens):
            first = 0 if cache is None else length + number - 1
            places = torch.arange(first, first + feed.shape[1]).repeat(batch, 1)
            seen = torch.ones(batch, first + feed.shape[1], dtype=torch.bool)
            logits, cache = model(feed, past=cache, positions=places, attention_mask=seen)
            tokens = logits[:, -1].max(dim=-1).indices.tolist()
            for row, token in zip(rows, tokens):
                row.append(token)
            feed = torch.tensor([[token] for token in tokens])
    return torch.tensor(rows, dtype=torch.long).reshape(batch, length + max_new_tokens)


def batched_generate(model, prompts, max_new_tokens, *, pad_id, eos_id=None):
    count, longest = len(prompts), max(map(len, prompts))
    text = torch.full((count, longest), pad_id)
    real = torch.zeros(count, longest, dtype=torch.bool)
    places = torch.zeros(count, longest, dtype=torch.long)
    for number, prompt in enumerate(prompts):
        begin = longest - len(prompt)
        text[number, begin:] = torch.tensor(prompt)
        real[number, begin:] = True
        places[number, begin:] = torch.arange(len(prompt))
    fresh = [[] for _ in prompts]
    with torch.inference_mode():
        logits, cache = model(text, positions=places, attention_mask=real)
        for number in range(max_new_tokens):
            chosen = logits[:, -1].argmax(-1)
            for answer, token in zip(fresh, chosen.tolist()):
                answer.append(token)
            if number + 1 == max_new_tokens:
                break
            real = torch.cat([real, torch.ones(count, 1, dtype=torch.bool)], 1)
            places = torch.tensor([[len(prompt) + number] for prompt in prompts])
            logits, cache = model(chosen[:, None], past=cache, positions=places, attention_mask=real)
    if eos_id is not None:
        fresh = [answer[: answer.index(eos_id) + 1] if eos_id in answer else answer for answer in fresh]
    return fresh
