import collections

import pytest

from cs231n.datasets.mini_coco.grammar import GrammarError, parse_caption
from cs231n.datasets.mini_coco.language import CAPTIONS_PER_PICTURE, MAX_WORDS, write_captions
from cs231n.datasets.mini_coco.lexicon import RARE_WORDS
from cs231n.datasets.mini_coco.pack import build_vocabulary, encode_captions
from cs231n.datasets.mini_coco.scene import SPLIT_SIZES, Scene, Thing, picture_random, sample_scene
from cs231n.datasets.mini_coco.truth import caption_truth, judge, strip_special_tokens
from tests.support.sampling import thorough

ALL_PICTURES = [(split, index) for split, size in SPLIT_SIZES.items() for index in range(size)]
RARE = {word for words in RARE_WORDS.values() for word in words}


def captions_of(split, index):
    return write_captions(sample_scene(split, index), picture_random("words", split, index))


def thing(words, x, y):
    size, colour, shape = words.split()
    return Thing(shape, colour, size, x, y, 0.14 if size == "large" else 0.075, 0.0)


def scene_of(*groups, background="light"):
    return Scene(background=background, hue=0.1, phase=0.2, groups=groups)


ABOVE = scene_of(
    (thing("large red circle", 0.5, 0.25),),
    (thing("small blue square", 0.28, 0.75), thing("small blue square", 0.72, 0.75)),
)
CORNER = scene_of((thing("small orange star", 0.2, 0.8),), background="dark")
INSIDE = scene_of((thing("large blue square", 0.5, 0.5),), (thing("small yellow star", 0.5, 0.5),))
ROW = scene_of(tuple(thing("small green heart", x, 0.2) for x in (0.18, 0.5, 0.82)))


def test_every_picture_has_five_different_captions_that_fit_into_seventeen_tokens():
    for split, index in ALL_PICTURES[::5]:
        captions = captions_of(split, index)
        assert len(set(captions)) == CAPTIONS_PER_PICTURE
        assert all(len(caption.split()) <= MAX_WORDS for caption in captions)


@pytest.mark.parametrize("stride", [5, pytest.param(1, marks=thorough)])
def test_all_captions_without_rare_words_are_true_of_their_picture(stride):
    false = [
        (verdict.caption, verdict.reason)
        for split, index in ALL_PICTURES[::stride]
        for caption in captions_of(split, index)
        if not RARE & set(caption.split()) and not (verdict := judge(caption, sample_scene(split, index))).true
    ]
    assert false == []


def test_captions_of_other_pictures_are_mostly_false():
    verdicts = [
        judge(caption, sample_scene("val", (index + 1) % SPLIT_SIZES["val"]))
        for index in range(SPLIT_SIZES["val"])
        for caption in captions_of("val", index)
    ]
    assert sum(verdict.true for verdict in verdicts) / len(verdicts) < 0.02


def test_captions_vary_in_their_wording():
    captions = [caption for index in range(500) for caption in captions_of("train", index)]
    beginnings = collections.Counter(" ".join(caption.split()[:2]) for caption in captions)
    assert len(set(captions)) > 0.6 * len(captions)
    assert beginnings.most_common(1)[0][1] < 0.3 * len(captions)


@pytest.mark.parametrize(
    ("scene", "caption"),
    [
        (ABOVE, "a large red circle above two small blue squares"),
        (ABOVE, "there are a pair of blue squares below a red circle"),
        (ABOVE, "two blue squares with one circle over them"),
        (ABOVE, "the circle is large and red and the two squares are small and blue"),
        (ABOVE, "on a light background there is a red circle and two squares"),
        (ABOVE, "two blue squares side by side at the bottom and a big circle at the top"),
        (CORNER, "an orange star in the bottom left corner on a dark background"),
        (CORNER, "a picture of a little orange star at the bottom"),
        (INSIDE, "a small yellow star inside a large blue square"),
        (INSIDE, "a square with a star inside it"),
        (INSIDE, "a blue square is around a yellow star"),
        (ROW, "three hearts in a row at the top"),
        (ROW, "<START> three small green hearts in a row <END> <NULL>"),
    ],
)
def test_a_true_caption_is_true(scene, caption):
    verdict = judge(caption, scene)
    assert verdict.true, verdict.reason
    assert verdict.wrong == ()
    assert verdict.reason == ""


@pytest.mark.parametrize(
    ("scene", "caption", "wrong"),
    [
        (ABOVE, "a large blue circle above two small blue squares", ("a large blue circle",)),
        (ABOVE, "a large red star above two small blue squares", ("a large red star",)),
        (ABOVE, "a small red circle above two small blue squares", ("a small red circle",)),
        (ABOVE, "a red circle above three blue squares", ("three blue squares",)),
        (ABOVE, "a red circle above a blue square", ("a blue square",)),
        (ABOVE, "a red circle below two blue squares", ("below",)),
        (ABOVE, "a red circle to the left of two blue squares", ("to the left of",)),
        (ABOVE, "a red circle with two blue squares above it", ("above",)),
        (ABOVE, "a red circle at the bottom and two squares at the bottom", ("at the bottom",)),
        (ABOVE, "a circle and two squares on a dark background", ("on a dark background",)),
        (ABOVE, "the circle is small and red", ("small",)),
        (ABOVE, "two blue squares in a column", ("in a column",)),
        (ABOVE, "a red circle and a large circle", ("a large circle",)),
        (CORNER, "an orange star in the top left corner", ("in the top left corner",)),
        (CORNER, "an orange star in the middle", ("in the middle",)),
        (INSIDE, "a blue square inside a yellow star", ("inside",)),
        (INSIDE, "a yellow star above a blue square", ("above",)),
        (ROW, "two small green hearts in a row", ("two small green hearts",)),
    ],
)
def test_a_caption_with_one_wrong_thing_is_false_and_names_it(scene, caption, wrong):
    verdict = judge(caption, scene)
    assert verdict.grammatical
    assert not verdict.true
    assert verdict.wrong == wrong


@pytest.mark.parametrize(
    "caption",
    [
        "",
        "a",
        "a red",
        "red circle",
        "a circle a circle",
        "a red circle above",
        "a red circle above two small blue squares a",
        "a red circle two blue squares",
        "a red circles above two squares",
        "two red circle",
        "an red circle",
        "a orange star",
        "there are a red circle",
        "there is two blue squares",
        "a red circle are above two squares",
        "two squares with a circle above it",
        "a circle with two squares below them",
        "a red circle in a row",
        "a red circle is",
        "the circle is",
        "the circle are red",
        "an <UNK> star",
        "a <UNK> circle above two blue squares",
        "a red circle on a light background on a light background",
        "on a light background a red circle",
        "circle red a",
    ],
)
def test_what_is_not_a_sentence_is_never_true(caption):
    verdict = judge(caption, ABOVE)
    assert not verdict.true
    assert not verdict.grammatical
    assert verdict.reason


def test_an_error_of_grammar_says_where_the_sentence_breaks():
    with pytest.raises(GrammarError, match='after "a red"') as caught:
        parse_caption("a red banana")
    assert caught.value.rest == "banana"


def test_only_what_stands_before_the_end_token_is_judged():
    assert strip_special_tokens("<START> a red circle <END> a dog <NULL>") == "a red circle"


def test_truth_is_looked_up_by_address():
    caption = next(caption for caption in captions_of("val", 12) if not RARE & set(caption.split()))
    assert caption_truth(caption, "minicoco://val/000012").true


def test_other_peoples_pictures_are_refused():
    with pytest.raises(ValueError, match="not the address of a mini-COCO picture"):
        caption_truth("a red circle", "http://farm1.staticflickr.com/1/2_3_z.jpg")


def test_rare_words_occur_but_seldom_and_stay_out_of_the_vocabulary():
    captions = [captions_of("train", index) for index in range(SPLIT_SIZES["train"])]
    vocabulary = build_vocabulary(captions)
    assert vocabulary[:4] == ["<NULL>", "<START>", "<END>", "<UNK>"]
    assert not RARE & set(vocabulary)
    encoded = encode_captions([caption for group in captions for caption in group], vocabulary)
    share = (encoded == vocabulary.index("<UNK>")).any(axis=1).mean()
    assert 0.001 < share < 0.01


def test_a_caption_is_encoded_as_start_words_end_and_nulls():
    encoded = encode_captions(["a red cat"], ["<NULL>", "<START>", "<END>", "<UNK>", "a", "red"])
    assert encoded.dtype == "int32"
    assert encoded.tolist() == [[1, 4, 5, 3, 2, *[0] * 12]]
