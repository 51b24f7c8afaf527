"""Ordinary things that honest submissions do, one a function; each returns plain values. Loaded behind the wall and
executed outside, as it is."""

import asyncio
import collections
import concurrent.futures
import contextlib
import copy
import dataclasses
import functools
import io
import json
import logging
import math
import os
import pathlib
import pickle
import random
import sqlite3
import sys
import tempfile
import threading
import zlib

import gensim
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


def _small(x):
    return [round(float(each), 6) for each in x.detach().double().flatten()[:8]]


def training_loop():
    x = torch.linspace(-1, 1, 32).unsqueeze(1)
    model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.05)
    for _ in range(20):
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), x**2)
        loss.backward()
        optimizer.step()
    return round(loss.item(), 6)


def autograd():
    x = torch.arange(4.0, requires_grad=True)
    (first,) = torch.autograd.grad((x**3).sum(), x, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), x)
    jacobian = torch.autograd.functional.jacobian(torch.sin, torch.ones(2))
    return _small(second) + _small(jacobian)


class _Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return 2 * x

    @staticmethod
    def backward(ctx, gradient):
        return 3 * gradient


def autograd_function():
    x = torch.ones(2, requires_grad=True)
    _Double.apply(x).sum().backward()
    return _small(x.grad)


def functional_transforms():
    def energy(w, x):
        return (torch.tanh(x @ w) ** 2).sum()

    gradient = torch.func.vmap(torch.func.grad(energy), in_dims=(None, 0))
    return _small(gradient(torch.ones(3), torch.arange(6.0).reshape(2, 3)))


def convolution():
    return _small(
        nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.MaxPool2d(2))(torch.ones(1, 1, 8, 8))
    )


def lstm():
    output, (hidden, _) = nn.LSTM(3, 4, num_layers=2, batch_first=True, bidirectional=True)(torch.ones(2, 5, 3))
    return _small(output) + _small(hidden)


def transformer_layer():
    layer = nn.TransformerEncoderLayer(8, 2, dim_feedforward=16, batch_first=True).eval()
    return _small(layer(torch.linspace(0, 1, 48).reshape(2, 3, 8)))


def fused_attention():
    q = torch.linspace(-1, 1, 48).reshape(1, 2, 3, 8)
    return _small(F.scaled_dot_product_attention(q, q, q, is_causal=True))


def linear_algebra():
    a = torch.arange(9.0, dtype=torch.float64).reshape(3, 3) + torch.eye(3) * 5
    q, _ = torch.linalg.qr(a)
    return _small(torch.linalg.svdvals(a)) + _small(torch.linalg.solve(a, a.sum(1))) + _small(q.abs())


def fourier_and_einsum():
    x = torch.arange(8.0)
    return _small(torch.fft.rfft(x).abs()) + _small(torch.einsum("i,j->ij", x, x).diagonal())


def bfloat16():
    x = torch.linspace(0, 1, 64, dtype=torch.bfloat16).reshape(8, 8)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        y = nn.Linear(8, 4)(x.float())
    return [str(y.dtype), *_small(torch.softmax(x @ x, -1))]


def dynamic_int8():
    model = nn.Sequential(nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 4))
    quantized = torch.ao.quantization.quantize_dynamic(model, {nn.Linear}, dtype=torch.qint8)
    return _small(quantized(torch.linspace(-1, 1, 16).unsqueeze(0)))


def sparse():
    a = torch.eye(4).to_sparse()
    return _small(torch.sparse.mm(a, torch.arange(16.0).reshape(4, 4)))


def save_and_load():
    layer = nn.Linear(3, 2)
    path = os.path.join(tempfile.gettempdir(), "layer.pt")
    torch.save(layer.state_dict(), path)
    other = nn.Linear(3, 2)
    other.load_state_dict(torch.load(path, weights_only=True))
    os.remove(path)
    return torch.equal(layer.weight, other.weight)


def script():
    return _small(torch.jit.trace(torch.nn.Tanh(), torch.ones(2))(torch.zeros(2)))


def compiled_without_compiler():
    return _small(torch.compile(lambda x: (x.sin() + 1).cos(), backend="eager")(torch.ones(2)))


def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        a = torch.linspace(0, 1, 300 * 300).reshape(300, 300)
        return [torch.get_num_threads(), *_small((a @ a).sin()), *_small(torch.softmax(a, -1))]
    finally:
        torch.set_num_threads(before)


def data_loader():
    data = torch.utils.data.TensorDataset(torch.arange(10.0), torch.arange(10))
    loader = torch.utils.data.DataLoader(data, batch_size=4, shuffle=True, num_workers=0)
    return sorted(int(label) for _, labels in loader for label in labels)


def random_numbers():
    generator = torch.Generator().manual_seed(3)
    return [
        random.random(),
        float(np.random.rand()),
        *_small(torch.rand(2)),
        *_small(torch.rand(2, generator=generator)),
    ]


def word2vec():
    sentences = [["the", "cat", "sat"], ["the", "dog", "sat"], ["a", "cat", "ran"]] * 20
    model = gensim.models.Word2Vec(sentences, vector_size=8, min_count=1, workers=2, epochs=3, seed=1)
    path = os.path.join(tempfile.gettempdir(), "vectors")
    model.wv.save(path)
    again = gensim.models.KeyedVectors.load(path)
    return [sorted(again.index_to_key), list(again.vectors.shape), bool(np.isfinite(again.vectors).all())]


def tiny_bert():
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=30,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    model = BertModel(config)
    output = model(input_ids=torch.arange(6).reshape(2, 3)).last_hidden_state
    output.square().sum().backward()
    return _small(output) + _small(model.embeddings.word_embeddings.weight.grad)


def threads():
    found, lock = [], threading.Lock()

    def work(number):
        with lock:
            found.append(number * number)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return sorted(found) + list(pool.map(math.sqrt, [1, 4, 9]))


def event_loop():
    async def both():
        return await asyncio.gather(asyncio.sleep(0, 1), asyncio.to_thread(lambda: 2))

    return asyncio.run(both())


def temporary_files():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "a" / "b.txt"
        path.parent.mkdir()
        path.write_text("text", encoding="utf-8")
        path.rename(path.with_name("c.txt"))
        with tempfile.NamedTemporaryFile() as file, tempfile.SpooledTemporaryFile() as spooled:
            file.write(b"abc")
            spooled.write(b"d")
        return sorted(str(each.relative_to(folder)) for each in pathlib.Path(folder).rglob("*"))


def current_folder():
    pathlib.Path("notes.json").write_text(json.dumps({"a": 1}))
    try:
        return json.loads(pathlib.Path("notes.json").read_text())["a"]
    finally:
        os.remove("notes.json")


def memory_map():
    path = os.path.join(tempfile.gettempdir(), "map.npy")
    np.save(path, np.arange(6.0))
    total = float(np.load(path, mmap_mode="r").sum())
    os.remove(path)
    return total


def database():
    total = 0
    for where in (":memory:", os.path.join(tempfile.gettempdir(), "notes.db")):
        for _ in range(2):
            with contextlib.closing(sqlite3.connect(where)) as base, base:
                base.execute("create table if not exists t (x)")
                base.executemany("insert into t values (?)", [(1,), (2,)])
                total += base.execute("select sum(x) from t").fetchone()[0]
    os.remove(where)
    return total


def deep_recursion():
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)

    def depth(n):
        return 0 if n == 0 else 1 + depth(n - 1)

    try:
        return depth(8_000)
    finally:
        sys.setrecursionlimit(before)


def too_deep_recursion():
    def forever(n):
        return forever(n + 1)

    try:
        forever(0)
    except RecursionError:
        return "RecursionError"


def logging_lines():
    stream = io.StringIO()
    logger = logging.getLogger("honest")
    logger.addHandler(logging.StreamHandler(stream))
    logger.setLevel(logging.INFO)
    logger.info("%d lines", 2)
    return stream.getvalue()


@dataclasses.dataclass(frozen=True, order=True)
class _Point:
    x: int
    y: list = dataclasses.field(default_factory=list, compare=False)


def dataclass():
    return [dataclasses.asdict(dataclasses.replace(_Point(1), x=2)), _Point(1) < _Point(2)]


@functools.lru_cache(maxsize=512)
def _fibonacci(n):
    return n if n < 2 else _fibonacci(n - 1) + _fibonacci(n - 2)


def cached_function():
    return [_fibonacci(80), _fibonacci.cache_info().currsize]


def lazy_imports():
    import scipy.special
    import torch.distributions

    normal = torch.distributions.Normal(0.0, 1.0)
    return [round(float(scipy.special.expit(0.5)), 6), *_small(normal.log_prob(torch.zeros(1)))]


def copies_and_pickles():
    layer = nn.Linear(2, 2)
    again = pickle.loads(pickle.dumps(copy.deepcopy(layer)))
    return [torch.equal(layer.weight, again.weight), zlib.crc32(b"a"), collections.Counter("aab").most_common(1)[0][0]]
