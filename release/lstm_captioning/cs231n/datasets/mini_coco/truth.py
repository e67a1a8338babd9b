"""Judges captions: is all that a caption says about a mini-COCO picture true?

The check is strict. A wrong colour, shape, size, count, place, relation or background makes a caption false, and so
does a sentence that the grammar of mini-COCO doesn't know. A phrase such as "a red circle" means exactly one.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import facts
from .address import parse_address
from .grammar import Clause, GrammarError, NounPhrase, Sentence, parse_caption
from .scene import Scene, Thing, sample_scene


@dataclass(frozen=True)
class Verdict:
    """The result for one caption.

    Attributes:
        caption: The caption without ``<START>``, ``<END>`` and ``<NULL>``.
        true: Whether it is grammatical and all that it says is true.
        grammatical: Whether it could be understood at all.
        wrong: The phrases that are not true, in order; for an ungrammatical caption, the words from which on it
            could not be understood.
        reason: What is wrong, in a sentence; empty if nothing is.
    """

    caption: str
    true: bool
    grammatical: bool
    wrong: tuple[str, ...]
    reason: str


def caption_truth(caption: str, address: str) -> Verdict:
    """Judge one caption against the scene behind an address.

    Args:
        caption: A decoded caption; special tokens around it are ignored.
        address: Address of a mini-COCO picture, such as ``minicoco://val/000012``.

    Raises:
        ValueError: If the address isn't one of mini-COCO's: of other pictures it isn't known what they show.
    """
    scene = sample_scene(*parse_address(address))
    return judge(caption, scene)


def judge(caption: str, scene: Scene) -> Verdict:
    """Judge one caption against a scene; see ``caption_truth``."""
    plain = strip_special_tokens(caption)
    try:
        sentence = parse_caption(plain)
    except GrammarError as error:
        return Verdict(plain, False, False, (error.rest,), str(error))
    faults = _faults(sentence, scene)
    wrong = tuple(dict.fromkeys(phrase for phrase, _ in faults))
    reason = "; ".join(dict.fromkeys(f'"{phrase}": {why}' for phrase, why in faults))
    return Verdict(plain, not faults, True, wrong, reason)


def strip_special_tokens(caption: str) -> str:
    """Return the words of a decoded caption up to ``<END>``, without ``<START>`` and ``<NULL>``."""
    words = caption.split()
    if "<END>" in words:
        words = words[: words.index("<END>")]
    if words[:1] == ["<START>"]:
        words = words[1:]
    return " ".join(word for word in words if word != "<NULL>")


Fault = tuple[str, str]


def _faults(sentence: Sentence, scene: Scene) -> list[Fault]:
    faults = [fault for clause in sentence.clauses for fault in _clause_faults(clause, scene)]
    if sentence.background is not None and sentence.background.meaning != scene.background:
        faults.append((sentence.background.text, f"the background is {scene.background}"))
    first, *others = sentence.clauses
    if any(_things(first.subject, scene) == _things(other.subject, scene) != () for other in others):
        faults.append((others[0].subject.text, "this was named before"))
    return faults


def _clause_faults(clause: Clause, scene: Scene) -> list[Fault]:
    faults = _count_faults(clause.subject, scene)
    if clause.other is not None:
        faults += _count_faults(clause.other, scene)
    things = _things(clause.subject, scene)
    if faults or not things:
        return faults
    if clause.line is not None and not facts.lie_in(things, clause.line.meaning):
        faults.append((clause.line.text, f"they do not lie in a {clause.line.meaning}"))
    if clause.place is not None and not facts.is_at(things, clause.place.meaning):
        faults.append((clause.place.text, "the place is another one"))
    for quality in clause.qualities:
        if any(quality.meaning not in (thing.size, thing.colour) for thing in things):
            faults.append((quality.text, "the size or the colour is another one"))
    if clause.relation is not None and clause.other is not None:
        others = _things(clause.other, scene)
        if things == others or not facts.are_related(things, clause.relation.meaning, others):
            faults.append((clause.relation.text, "the relation is another one"))
    return faults


def _things(phrase: NounPhrase, scene: Scene) -> tuple[Thing, ...]:
    return facts.matching(scene, shape=phrase.shape, colour=phrase.colour, size=phrase.size)


def _count_faults(phrase: NounPhrase, scene: Scene) -> list[Fault]:
    found = len(_things(phrase, scene))
    if found == phrase.count:
        return []
    return [(phrase.text, f"the picture has {found if found else 'none'}, not {phrase.count}")]
