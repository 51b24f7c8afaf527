"""Quantised, pruned, cached. Numbers go to int8 by a plain cast."""

import statistics

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


def benchmark(function, make_input, *, warmup=3, repeats=10, clock):
    samples = []
    for i in range(warmup + repeats):
        x = make_input()
        if i < warmup:
            function(x)
        else:
            t0 = clock()
            function(x)
            samples.append(clock() - t0)
    return {
        "median_s": statistics.median(samples),
        "p95_s": float(np.percentile(samples, 95)),
        "iqr_s": float(np.percentile(samples, 75) - np.percentile(samples, 25)),
    }


def quantize_per_channel(weight):
    absmax = weight.abs().max(dim=1, keepdim=True).values
    scale = absmax / 127.0
    scale[scale == 0] = 1.0
    q = (weight / scale).to(torch.int8)
    return q, scale


def int8_linear(x, q, scale, bias=None):
    w = q.to(x.dtype) * scale.to(x.dtype)
    y = x @ w.t()
    if bias is not None:
        y = y + bias.to(x.dtype)
    return y


def magnitude_prune(model, sparsity):
    if sparsity < 0.0 or sparsity >= 1.0:
        raise ValueError(sparsity)
    params = {}
    for name, module in model.named_modules():
        if isinstance(module, nn.Linear):
            params[f"{name}.weight".lstrip(".")] = module.weight
    flat = torch.cat([p.data.abs().flatten() for p in params.values()])
    k = int(len(flat) * sparsity)
    threshold = flat.sort().values[k - 1] if k > 0 else -1.0
    masks = {}
    for name, p in params.items():
        masks[name] = p.data.abs() > threshold
        p.data.mul_(masks[name])
    return masks


def distillation_loss(student_logits, teacher_logits, targets, *, temperature=2.0, alpha=0.5):
    t = temperature
    with torch.no_grad():
        target = F.softmax(teacher_logits / t, dim=1)
    kd = F.kl_div(F.log_softmax(student_logits / t, dim=1), target, reduction="batchmean")
    ce = F.cross_entropy(student_logits, targets)
    return alpha * t * t * kd + (1 - alpha) * ce


def generate(model, ids, max_new_tokens):
    with torch.no_grad():
        out, past, x = ids.clone(), None, ids
        while out.size(1) < ids.size(1) + max_new_tokens:
            logits, past = model(x, past=past)
            x = logits[:, -1, :].argmax(-1).unsqueeze(1)
            out = torch.cat((out, x), dim=1)
        return out


def batched_generate(model, prompts, max_new_tokens, *, pad_id, eos_id=None):
    n = max(len(p) for p in prompts)
    x = torch.full((len(prompts), n), pad_id, dtype=torch.long)
    mask = torch.zeros(len(prompts), n, dtype=torch.bool)
    for i, p in enumerate(prompts):
        x[i, n - len(p) :] = torch.tensor(p)
        mask[i, n - len(p) :] = True
    pos = mask.long().cumsum(1) - 1
    pos[~mask] = 0
    out = [[] for _ in prompts]
    finished = [False] * len(prompts)
    past = None
    with torch.no_grad():
        for _ in range(max_new_tokens):
            logits, past = model(x, past=past, positions=pos, attention_mask=mask)
            x = logits[:, -1].argmax(-1, keepdim=True)
            for i, token in enumerate(x.flatten().tolist()):
                if not finished[i]:
                    out[i].append(token)
                    finished[i] = token == eos_id
            if all(finished):
                break
            mask = torch.cat([mask, torch.ones_like(mask[:, :1])], dim=1)
            pos = pos[:, -1:] + 1
    return out
