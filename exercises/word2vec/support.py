"""What the checks run beside your code: hand-made vectors with known rows, and trainings looked at as plain facts.

Every function gets your module as `submission`. You need not read this file to solve the exercise; it is here so that
you can see what is looked at. The facts about a training do not depend on the algorithm that you chose, and words are
compared with what your own `tokenize` makes of the texts.
"""

from __future__ import annotations

import bz2
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

import numpy as np
from gensim.models import KeyedVectors, Word2Vec
from gensim.test.utils import datapath

_WIKIPEDIA = "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"
_NO_WORDS = (KeyError, ValueError, RuntimeError)

# ---- hand-made vectors --------------------------------------------------------------------------------------------


def _made(keys: Sequence[str], matrix: np.ndarray) -> KeyedVectors:
    vectors = KeyedVectors(matrix.shape[1])
    vectors.add_vectors(list(keys), np.array(matrix, dtype=np.float32))
    return vectors


def embedded(submission: ModuleType, keys: list[str], matrix: np.ndarray, text: str) -> Any:
    """embed_text with one vector for each key: the rows of matrix."""
    return submission.embed_text(_made(keys, matrix), text)


def embedded_own_words(submission: ModuleType, matrix: np.ndarray, text: str) -> Any:
    """embed_text where the words that your tokenize finds in the text have the rows of matrix, less their mean."""
    tokens = submission.tokenize(text)
    keys = list(dict.fromkeys(tokens))
    result = submission.embed_text(_made(keys, matrix[: len(keys)]), text)
    return result - matrix[[keys.index(token) for token in tokens]].mean(axis=0).astype(np.float32)


def kept_by_embedding(submission: ModuleType, keys: list[str], matrix: np.ndarray, text: str) -> bool:
    """Whether the vectors are the same after embed_text."""
    vectors = _made(keys, matrix)
    submission.embed_text(vectors, text)
    return _same_vectors(vectors, keys, matrix)


def neighbours(submission: ModuleType, keys: list[str], matrix: np.ndarray, word: str, k: int | None = None) -> Any:
    """most_similar on hand-made vectors, without k where none is given; its cosines are compared as float32."""
    vectors = _made(keys, matrix)
    found = submission.most_similar(vectors, word) if k is None else submission.most_similar(vectors, word, k)
    return [_pair(each) for each in found] if isinstance(found, list | tuple) else found


def neighbours_sorted(submission: ModuleType, keys: list[str], matrix: np.ndarray, word: str, k: int) -> Any:
    """The same, by alphabet: for ties, which may stand in any order."""
    found = neighbours(submission, keys, matrix, word, k)
    return sorted(found) if isinstance(found, list) else found


def how_many_neighbours(submission: ModuleType, keys: list[str], matrix: np.ndarray, word: str, k: int) -> int:
    """How many most_similar gives; -1 for what has no length. For ties, any of which may be left out."""
    found = neighbours(submission, keys, matrix, word, k)
    return len(found) if isinstance(found, list) else -1


def _pair(each: Any) -> Any:
    if isinstance(each, list | tuple) and len(each) == 2 and isinstance(each[0], str):
        number = each[1]
        if isinstance(number, float | np.floating) or (isinstance(number, int) and not isinstance(number, bool)):
            return each[0], np.float32(number)
    return each


def cosines_of(submission: ModuleType, vectors: KeyedVectors, word: str, k: int) -> np.ndarray:
    """The cosines alone: among so many words two may be as good as equal, and then stand in either order."""
    return np.array([number for _, number in submission.most_similar(vectors, word, k)], dtype=np.float32)


def made_by_hand(_: ModuleType, rows: dict[str, list[float]]) -> KeyedVectors:
    """For the visible tests: each word has its row."""
    return _made(list(rows), np.array(list(rows.values()), dtype=np.float32))


def random_vectors(_: ModuleType, count: int, vector_size: int, seed: int) -> KeyedVectors:
    """Many vectors of words w0, w1, ..."""
    matrix = np.random.default_rng(seed).standard_normal((count, vector_size), dtype=np.float32)
    return _made([f"w{number}" for number in range(count)], matrix)


def kept_by_neighbours(submission: ModuleType, keys: list[str], matrix: np.ndarray, word: str) -> bool:
    """Whether the vectors are the same after most_similar."""
    vectors = _made(keys, matrix)
    submission.most_similar(vectors, word, 3)
    return _same_vectors(vectors, keys, matrix)


def _same_vectors(vectors: KeyedVectors, keys: list[str], matrix: np.ndarray) -> bool:
    return vectors.index_to_key == keys and np.array_equal(vectors.vectors, matrix.astype(np.float32))


def losses(submission: ModuleType, triples: list[Any]) -> list[Any]:
    """The losses of sgns_step for many triples of arguments."""
    return [submission.sgns_step(*triple)[0] for triple in triples]


# ---- trainings ----------------------------------------------------------------------------------------------------


def training_facts(submission: ModuleType, texts: list[str], parameters: dict[str, int]) -> dict[str, Any]:
    """What comes out of a training on a list of texts."""
    _same_random_state()
    return _facts(submission, submission.train_word2vec(list(texts), **parameters), texts, parameters)


def training_facts_of_news(submission: ModuleType, first: int, last: int, parameters: dict[str, int]) -> dict[str, Any]:
    """The same for texts of the Lee news corpus, which comes with gensim."""
    return training_facts(submission, _news()[first:last], parameters)


def training_facts_of_generator(submission: ModuleType, texts: list[str], parameters: dict[str, int]) -> dict[str, Any]:
    """The same for a generator, and whether the vectors are those that a list gives."""
    _same_random_state()
    vectors = submission.train_word2vec((text for text in texts), **parameters)
    facts = _facts(submission, vectors, texts, parameters)
    _same_random_state()
    from_list = submission.train_word2vec(list(texts), **parameters)
    return facts | {"as_from_list": _equal(vectors, from_list)}


def _facts(submission: ModuleType, vectors: Any, texts: list[str], parameters: dict[str, int]) -> dict[str, Any]:
    kind, vectors = type(vectors).__name__, _inside(vectors)
    if not isinstance(vectors, KeyedVectors):
        return {"type": kind}
    counts = Counter(token for text in texts for token in submission.tokenize(text))
    wanted = {token for token, count in counts.items() if count >= parameters.get("min_count", 1)}
    had = set(vectors.key_to_index)
    matrix = vectors.vectors
    return {
        "type": kind,
        "words_too_many": _sort_of(had - wanted),
        "words_missing": bool(wanted - had),
        "vector_size": int(vectors.vector_size),
        "width": int(matrix.shape[1]),
        "dtype": str(matrix.dtype),
        "finite_and_not_zero": bool(np.isfinite(matrix).all() and matrix.any(axis=1).all()),
    }


def _sort_of(words: set[str]) -> str:
    """What they are, in a word; which ones they are depends on your tokenize, and is looked at elsewhere."""
    return "" if not words else "characters" if all(len(word) == 1 for word in words) else "words"


def repeatability(submission: ModuleType, first: int, last: int, parameters: dict[str, int]) -> dict[str, bool]:
    """Whether trainings on the same texts with the same seed give the same vectors, bit for bit.

    `again`: a second time in a row. `from_the_same_random_state`: with the global generators put back in between.
    `in_another_process`: with sets in another order and other hashes of strings, as another process would have them.
    """
    texts = _news()[first:last]
    _same_random_state()
    vectors = submission.train_word2vec(list(texts), **parameters)
    again = submission.train_word2vec(list(texts), **parameters)
    _same_random_state()
    same_state = submission.train_word2vec(list(texts), **parameters)
    _same_random_state()
    with _OtherHashes(submission):
        elsewhere = submission.train_word2vec(list(texts), **parameters)
    return {
        "again": _equal(vectors, again),
        "from_the_same_random_state": _equal(vectors, same_state),
        "in_another_process": _equal(vectors, elsewhere),
    }


def parameters_that_matter(submission: ModuleType, texts: list[str]) -> dict[str, bool]:
    """Whether a training changes with the number of epochs, and with the window."""

    def trained(**parameters: int) -> Any:
        _same_random_state()
        return submission.train_word2vec(list(texts), vector_size=8, **parameters)

    return {
        "epochs": not _equal(trained(epochs=1), trained(epochs=6)),
        "window": not _equal(trained(epochs=6, window=1), trained(epochs=6, window=6)),
    }


def gaps_learnt(
    submission: ModuleType, texts: list[str], pairs: list[tuple[str, str]], strangers: list[tuple[str, str]], seed: int
) -> bool:
    """Whether words that stand in the same surroundings end up nearer each other than words that do not, by 0.15."""
    _same_random_state()
    vectors = submission.train_word2vec(list(texts), seed=seed)
    vectors = _inside(vectors)
    gap = np.mean([_cosine(vectors, *pair) for pair in pairs]) - np.mean(
        [_cosine(vectors, *pair) for pair in strangers]
    )
    return bool(gap > 0.15)


def without_words(submission: ModuleType, texts: list[str], parameters: dict[str, int]) -> str:
    """What happens where no word is left: "raised" for an error that the contract allows, or what came back."""
    try:
        vectors = submission.train_word2vec(list(texts), **parameters)
    except NotImplementedError:
        raise
    except _NO_WORDS:
        return "raised"
    return type(vectors).__name__


def trained_only(submission: ModuleType, texts: list[str]) -> None:
    """A training with the default parameters, for its time."""
    submission.train_word2vec(texts)


def similarities_after_wikipedia(submission: ModuleType, parameters: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Train on news and 206 pages of Wikipedia; for the pairs of wordsim353, what people said and your cosines."""
    vectors = _inside(submission.train_word2vec((text for text in (*_news(), *_wikipedia())), **parameters))
    said, found = [], []
    with open(datapath("wordsim353.tsv"), encoding="utf-8") as file:
        for line in file:
            if line.startswith("#"):
                continue
            one, other, score = line.lower().split("\t")[:3]
            if one in vectors.key_to_index and other in vectors.key_to_index:
                said.append(float(score))
                found.append(_cosine(vectors, one, other))
    return np.array(said), np.array(found)


def _inside(result: Any) -> Any:
    """The vectors of a whole model, where that came back: one fault is enough."""
    return result.wv if isinstance(result, Word2Vec) else result


def _cosine(vectors: KeyedVectors, one: str, other: str) -> float:
    a, b = vectors.get_vector(one), vectors.get_vector(other)
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b) + 1e-12))


def _equal(one: Any, other: Any) -> bool:
    """Whether two trainings gave every word the same vector; what stands in which row does not matter."""
    one, other = _inside(one), _inside(other)
    if not isinstance(one, KeyedVectors) or not isinstance(other, KeyedVectors):
        return False
    if one.key_to_index.keys() != other.key_to_index.keys():
        return False
    rows = [other.key_to_index[key] for key in one.index_to_key]
    return np.array_equal(one.vectors, other.vectors[rows])


def _same_random_state() -> None:
    random.seed(7)
    np.random.seed(7)


class _OtherHashes:
    """While it lasts, `set`, `frozenset` and `hash` in your module behave as in a process with another hash seed."""

    def __init__(self, submission: ModuleType) -> None:
        self._names = submission.__dict__
        self._before: dict[str, Any] = {}

    def __enter__(self) -> None:
        self._before = {name: self._names[name] for name in _OTHER if name in self._names}
        self._names.update({name: other for name, other in _OTHER.items() if name not in self._before})

    def __exit__(self, *_: object) -> None:
        for name in _OTHER:
            if name not in self._before:
                self._names.pop(name, None)


def _turned_round(base: Any) -> Any:
    class Kind(type):
        def __instancecheck__(cls, instance: Any) -> bool:
            return isinstance(instance, base)

    class Turned(base, metaclass=Kind):  # type: ignore[misc]
        def __iter__(self) -> Iterator[Any]:
            return iter(list(base.__iter__(self))[::-1])

    return Turned


def _other_hash(value: Any) -> int:
    return hash((value, "another process")) if isinstance(value, str | bytes) else hash(value)


_OTHER = {"set": _turned_round(set), "frozenset": _turned_round(frozenset), "hash": _other_hash}


# ---- texts that come with gensim ----------------------------------------------------------------------------------


def _news() -> list[str]:
    with open(datapath("lee_background.cor"), encoding="utf-8") as file:
        return file.read().splitlines()


def _wikipedia() -> Iterator[str]:
    """Paragraphs of the pages, without their markup."""
    with bz2.open(datapath(_WIKIPEDIA), "rt", encoding="utf-8") as file:
        pages = re.findall(r"<text[^>]*>(.*?)</text>", file.read(), re.DOTALL)
    for page in pages:
        plain = re.sub(r"&lt;ref.*?(?:/ref&gt;|/&gt;)", " ", page, flags=re.DOTALL)
        plain = re.sub(r"\{\{[^{}]*\}\}|\{\|.*?\|\}|&lt;.*?&gt;|&[a-z]+;|https?:\S+", " ", plain, flags=re.DOTALL)
        plain = re.sub(r"\[\[(?:[^|\]]*\|)?([^\]]*)\]\]", r"\1", plain)
        yield from (line for line in plain.splitlines() if len(line) > 60)
