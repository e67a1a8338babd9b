"""Scores for captions: how many are true of their pictures, and how alike they are to what people wrote."""

from __future__ import annotations

import collections
import math
from collections.abc import Sequence
from dataclasses import dataclass

from .mini_coco.truth import Verdict, caption_truth, strip_special_tokens


@dataclass(frozen=True)
class TruthScore:
    """How true a number of captions are.

    Attributes:
        verdicts: One for each caption, in order; a verdict says which phrases are wrong and why.
    """

    verdicts: tuple[Verdict, ...]

    @property
    def share_true(self) -> float:
        """Share of captions in which every word is true, from 0 to 1."""
        return sum(verdict.true for verdict in self.verdicts) / len(self.verdicts)

    @property
    def share_grammatical(self) -> float:
        """Share of captions that are sentences of mini-COCO's grammar, true or not, from 0 to 1."""
        return sum(verdict.grammatical for verdict in self.verdicts) / len(self.verdicts)


def score_captions(captions: Sequence[str], urls: Sequence[str]) -> TruthScore:
    """Judge captions against the mini-COCO pictures at the given addresses; no network is needed.

    Args:
        captions: Decoded captions, as ``decode_captions`` returns them.
        urls: The address of each caption's picture.

    Raises:
        TypeError: If either argument is a single string.
        ValueError: If there are no captions, if there aren't as many captions as addresses, or if an address isn't
            one of mini-COCO's (of other pictures it isn't known what they show).
    """
    if isinstance(captions, str) or isinstance(urls, str):
        raise TypeError("score_captions takes a list of captions and a list of addresses, not single strings.")
    if len(captions) != len(urls) or len(captions) == 0:
        raise ValueError(
            f"score_captions needs one address a caption, got {len(captions)} captions and {len(urls)} addresses."
        )
    verdicts = (caption_truth(str(caption), str(url)) for caption, url in zip(captions, urls, strict=True))
    return TruthScore(tuple(verdicts))


def bleu_score(captions: Sequence[str], references: Sequence[Sequence[str]], max_order: int = 4) -> float:
    """Return the BLEU score of a whole set of captions, from 0 to 1.

    Papineni, Roukos, Ward and Zhu, "BLEU: a method for automatic evaluation of machine translation", ACL 2002:
    the geometric mean of the clipped n-gram precisions for n = 1 to ``max_order``, counted over all captions, times
    a penalty for captions shorter than their references. BLEU compares wording: a true caption in other words scores
    low, and a false one with nearly the same words scores high.

    Args:
        captions: Decoded captions; special tokens are ignored.
        references: For each caption, one or more captions that people wrote for the picture.
        max_order: Longest n-gram that is counted; 1 compares words only.

    Raises:
        ValueError: If the numbers of captions and references differ or are 0, if a caption has no reference (or a
            plain string for its list of references), or if ``max_order`` is less than 1.
    """
    _check_bleu_arguments(captions, references, max_order)
    matched, counted = [0] * max_order, [0] * max_order
    length = reference_length = 0
    for caption, group in zip(captions, references, strict=True):
        words = strip_special_tokens(caption).split()
        others = [strip_special_tokens(reference).split() for reference in group]
        length += len(words)
        reference_length += min((abs(len(other) - len(words)), len(other)) for other in others)[1]
        for order in range(1, max_order + 1):
            found = _ngrams(words, order)
            allowed: collections.Counter[tuple[str, ...]] = collections.Counter()
            for other in others:
                allowed |= _ngrams(other, order)
            matched[order - 1] += (found & allowed).total()
            counted[order - 1] += found.total()
    if 0 in matched:
        return 0.0
    precision = math.exp(sum(math.log(m / c) for m, c in zip(matched, counted, strict=True)) / max_order)
    return precision * min(1.0, math.exp(1 - reference_length / length))


def _ngrams(words: Sequence[str], order: int) -> collections.Counter[tuple[str, ...]]:
    return collections.Counter(tuple(words[start : start + order]) for start in range(len(words) - order + 1))


def _check_bleu_arguments(captions: Sequence[str], references: Sequence[Sequence[str]], max_order: int) -> None:
    if len(captions) != len(references) or len(captions) == 0:
        raise ValueError(
            f"bleu_score needs a list of references for each caption, got {len(captions)} captions and "
            f"{len(references)} lists."
        )
    for place, group in enumerate(references):
        if isinstance(group, str) or len(group) == 0:
            raise ValueError(f"bleu_score: references[{place}] must be a list of one or more captions, got {group!r}.")
    if max_order < 1:
        raise ValueError(f"bleu_score: max_order must be at least 1, got {max_order}.")
