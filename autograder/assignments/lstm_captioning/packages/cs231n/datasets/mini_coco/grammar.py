"""The grammar of mini-COCO's captions, as a parser by recursive descent.

It is a little wider than what ``language`` writes, so that a model's own mixtures are understood, and it insists on
agreement ("two circles are", "an orange heart"): a caption that breaks it isn't an English sentence.

::

    caption  = [PICTURE "of" | "there" BE] subject [rest] [background]
             | background "there" BE subject [rest]
             | "the" described ["and" "the" described]
    rest     = BE (whereabouts | relation noun) | whereabouts ["and" noun [whereabouts]]
             | relation noun | "and" noun [whereabouts] | "with" noun relation PRONOUN
    described = [COUNT] [SIZE] [COLOUR] NOUN BE quality ["and" quality]
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from .lexicon import (
    BACKGROUND_PHRASES,
    COLOUR_WORDS,
    COUNT_WORDS,
    LINES,
    PAIR,
    PICTURE_WORDS,
    PLACES,
    RELATIONS,
    SHAPE_WORDS,
    SIZE_WORDS,
)


class GrammarError(ValueError):
    """A caption that can't be understood.

    Attributes:
        rest: The words from the first one that could not be understood; empty if the caption broke off.
    """

    def __init__(self, message: str, rest: str) -> None:
        super().__init__(message)
        self.rest = rest


@dataclass(frozen=True)
class Phrase:
    """Words of the caption and what they mean (a value of one of the lexicon's tables)."""

    text: str
    meaning: str


@dataclass(frozen=True)
class NounPhrase:
    """How many things of which description; ``None`` where the caption leaves a property open."""

    text: str
    count: int
    shape: str
    colour: str | None
    size: str | None


@dataclass(frozen=True)
class Clause:
    """What is said about one group of things."""

    subject: NounPhrase
    line: Phrase | None = None
    place: Phrase | None = None
    relation: Phrase | None = None
    other: NounPhrase | None = None
    qualities: tuple[Phrase, ...] = ()


@dataclass(frozen=True)
class Sentence:
    """A whole caption."""

    clauses: tuple[Clause, ...]
    background: Phrase | None = None


def parse_caption(caption: str) -> Sentence:
    """Parse a caption without special tokens.

    Raises:
        GrammarError: If it is not a sentence of this grammar.
    """
    return _Parser(caption.split()).sentence()


class _Parser:
    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.at = 0

    def sentence(self) -> Sentence:
        sentence = self._descriptions() if self._take("the") else self._statement()
        if self.at < len(self.words):
            raise self._error("the end of the caption")
        return sentence

    def _statement(self) -> Sentence:
        background = self._one_of(BACKGROUND_PHRASES)
        if background is not None and self.words[self.at : self.at + 1] != ["there"]:
            raise self._error('"there"')
        verb = self._opening()
        subject = self._noun_phrase()
        if verb in ("is", "are") and verb != _verb(subject):
            raise GrammarError(f'"there {verb}" does not agree with "{subject.text}".', subject.text)
        clauses = self._rest(subject, may_have_verb=verb is None)
        return Sentence(clauses, background or self._one_of(BACKGROUND_PHRASES))

    def _opening(self) -> str | None:
        """Take "there is", "there are" or "a picture of"; return the verb, "of", or ``None`` if there is no opening."""
        if self._take("there"):
            return self._expect("is", "are")
        for word in PICTURE_WORDS:
            article = "an" if word[0] in "aeiou" else "a"
            if self._take(article, word, "of"):
                return "of"
        return None

    def _rest(self, subject: NounPhrase, may_have_verb: bool) -> tuple[Clause, ...]:
        if may_have_verb and self._take(_verb(subject)):
            said = self._related(subject) or self._located(subject)
            if said == Clause(subject):
                raise self._error("a place or a relation")
            return (said,)
        if self._take("with"):
            return self._companion(subject)
        if clause := self._related(subject):
            return (clause,)
        first = self._located(subject)
        if self._take("and"):
            return first, self._located(self._noun_phrase())
        return (first,)

    def _companion(self, subject: NounPhrase) -> tuple[Clause, ...]:
        """Take what follows "with" in "a circle with a star above it": the star is above the circle."""
        companion = self._noun_phrase()
        relation = self._one_of(RELATIONS)
        if relation is None:
            raise self._error("a relation")
        self._expect("it" if subject.count == 1 else "them")
        return (Clause(companion, relation=relation, other=subject),)

    def _related(self, subject: NounPhrase) -> Clause | None:
        relation = self._one_of(RELATIONS)
        return None if relation is None else Clause(subject, relation=relation, other=self._noun_phrase())

    def _located(self, subject: NounPhrase) -> Clause:
        lines = {text: line for text, line in LINES.items() if subject.count > 1}
        line = self._one_of(lines)
        return Clause(subject, line=line, place=self._one_of(PLACES))

    def _descriptions(self) -> Sentence:
        """Take "the circle is large and red", or two of these; the first "the" has been taken."""
        first = self._description()
        if self._take("and", "the"):
            return Sentence((first, self._description()))
        return Sentence((first,))

    def _description(self) -> Clause:
        start = self.at
        count = 1
        if self.at < len(self.words) and self.words[self.at] in ("two", "three"):
            count = COUNT_WORDS[self._expect("two", "three")]
        subject = replace(self._described_noun(count), text=" ".join(self.words[start : self.at]))
        self._expect(_verb(subject))
        size = self._one_of(SIZE_WORDS)
        if size is not None and not self._take("and"):
            return Clause(subject, qualities=(size,))
        colour = self._one_of(COLOUR_WORDS)
        if colour is None:
            raise self._error("a size or a colour")
        return Clause(subject, qualities=(size, colour) if size else (colour,))

    def _noun_phrase(self) -> NounPhrase:
        start = self.at
        if self._take(*PAIR):
            count, article = 2, None
        else:
            article = self._expect(*COUNT_WORDS)
            count = COUNT_WORDS[article]
        if article in ("a", "an") and self.at < len(self.words):
            starts_with_vowel = self.words[self.at][0] in "aeiou"
            if starts_with_vowel != (article == "an"):
                raise self._error(f'a word that "{article}" may stand before')
        phrase = self._described_noun(count)
        return replace(phrase, text=" ".join(self.words[start : self.at]))

    def _described_noun(self, count: int) -> NounPhrase:
        size, colour = self._one_of(SIZE_WORDS), self._one_of(COLOUR_WORDS)
        nouns = [noun for noun, (_, is_plural) in SHAPE_WORDS.items() if is_plural == (count > 1)]
        shape, _ = SHAPE_WORDS[self._expect(*nouns)]
        return NounPhrase("", count, shape, colour.meaning if colour else None, size.meaning if size else None)

    def _one_of(self, table: dict[str, str]) -> Phrase | None:
        for text, meaning in table.items():
            if self._take(*text.split()):
                return Phrase(text, meaning)
        return None

    def _take(self, *words: str) -> bool:
        found = self.words[self.at : self.at + len(words)] == list(words)
        if found:
            self.at += len(words)
        return found

    def _expect(self, *words: str) -> str:
        for word in words:
            if self._take(word):
                return word
        raise self._error(" or ".join(f'"{word}"' for word in words))

    def _error(self, expected: str) -> GrammarError:
        rest = " ".join(self.words[self.at :])
        before = f' after "{" ".join(self.words[: self.at])}"' if self.at else " at the beginning"
        return GrammarError(f"Expected {expected}{before}, found {repr(rest) if rest else 'the end'}.", rest)


def _verb(phrase: NounPhrase) -> str:
    return "is" if phrase.count == 1 else "are"
