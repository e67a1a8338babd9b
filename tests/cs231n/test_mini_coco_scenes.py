import numpy as np
import pytest

from cs231n.datasets.mini_coco import facts, picture_at
from cs231n.datasets.mini_coco.address import address, parse_address
from cs231n.datasets.mini_coco.features import PCA_DIMENSIONS, fit_projection, raw_features
from cs231n.datasets.mini_coco.filters import KINDS, responses
from cs231n.datasets.mini_coco.render import SIDE, outline, render
from cs231n.datasets.mini_coco.scene import COLOURS, SPLIT_SIZES, Scene, Thing, sample_scene

SAMPLE = [(split, index) for split in SPLIT_SIZES for index in range(0, 300)]


def one_thing(**changes):
    look = {"shape": "circle", "colour": "red", "size": "large", "x": 0.5, "y": 0.5, "radius": 0.14, "tilt": 0.0}
    return Thing(**{**look, **changes})


def scene_of(*groups, background="light"):
    return Scene(background=background, hue=0.1, phase=0.2, groups=tuple(groups))


def test_there_are_at_least_2000_training_and_500_validation_pictures():
    assert SPLIT_SIZES["train"] >= 2000
    assert SPLIT_SIZES["val"] >= 500


def test_a_scene_depends_on_its_split_and_index_alone():
    assert sample_scene("val", 7) == sample_scene("val", 7)
    scenes = [sample_scene(split, index) for split, index in SAMPLE]
    assert len(set(scenes)) == len(scenes)


def test_things_lie_within_the_picture_and_apart_unless_one_is_inside_another():
    for split, index in SAMPLE:
        things = sample_scene(split, index).things
        for place, thing in enumerate(things):
            assert thing.radius < thing.x < 1 - thing.radius
            assert thing.radius < thing.y < 1 - thing.radius
            for other in things[place + 1 :]:
                apart = np.hypot(thing.x - other.x, thing.y - other.y) > 0.9 * (thing.radius + other.radius)
                assert apart or facts.are_related([other], "inside", [thing])


def test_two_groups_never_share_a_colour():
    for split, index in SAMPLE:
        groups = sample_scene(split, index).groups
        assert len({group[0].colour for group in groups}) == len(groups)


def test_a_split_or_a_picture_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="'train', 'val'"):
        sample_scene("test", 0)
    with pytest.raises(ValueError, match=f"no picture {SPLIT_SIZES['val']}"):
        sample_scene("val", SPLIT_SIZES["val"])


def test_an_address_leads_back_to_its_picture():
    assert address("train", 123) == "minicoco://train/000123"
    assert parse_address("minicoco://train/000123") == ("train", 123)
    np.testing.assert_array_equal(picture_at("minicoco://val/000003"), render(sample_scene("val", 3)))


@pytest.mark.parametrize(
    "text", ["minicoco://test/000001", "minicoco://val/1", "minicoco://val/999999", "http://train/000123", ""]
)
def test_what_is_not_an_address_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="minicoco://train/000000"):
        parse_address(text)


def test_a_picture_is_an_array_of_rgb_bytes_and_always_the_same():
    picture = render(sample_scene("train", 0))
    assert picture.shape == (SIDE, SIDE, 3)
    assert picture.dtype == np.uint8
    assert np.array_equal(picture, render(sample_scene("train", 0)))


@pytest.mark.parametrize(("background", "dark"), [("light", False), ("dark", True)])
def test_the_background_is_as_light_as_its_name_says(background, dark):
    picture = render(scene_of((one_thing(size="small", radius=0.075),), background=background))
    assert (picture.mean() < 100) == dark


def test_a_circle_has_no_corners():
    with pytest.raises(ValueError, match="'circle' has no corners"):
        outline("circle")


def test_the_filters_find_every_thing_where_it_is_with_its_colour_shape_and_size():
    wrong = total = 0
    for split, index in SAMPLE[::3]:
        scene = sample_scene(split, index)
        found = responses(render(scene))
        total += 1
        wrong += sorted(describe(response) for response in found) != sorted(
            (thing.colour, thing.size, thing.shape) for thing in scene.things
        )
    assert wrong / total < 0.03


def describe(response):
    return (COLOURS[response.colour], *KINDS[response.strengths.argmax()])


def test_features_see_pixels_only_and_change_with_each_property_of_a_thing():
    base = raw_features(render(scene_of((one_thing(),))))
    np.testing.assert_array_equal(base, raw_features(render(scene_of((one_thing(),)))))
    for changes in (
        {"shape": "star"},
        {"colour": "blue"},
        {"size": "small", "radius": 0.075},
        {"x": 0.2},
        {"y": 0.8},
    ):
        assert np.abs(base - raw_features(render(scene_of((one_thing(**changes),))))).max() > 0.5


def test_the_projection_has_512_axes_of_fixed_sign_and_falling_variance():
    raw = np.random.default_rng(0).normal(size=(600, 520)).astype(np.float32) * np.linspace(3, 1, 520, dtype=np.float32)
    projection = fit_projection(raw)
    features = projection(raw)
    assert features.shape == (600, PCA_DIMENSIONS)
    assert features.dtype == np.float32
    largest = projection.axes[np.abs(projection.axes).argmax(axis=0), np.arange(PCA_DIMENSIONS)]
    assert (largest > 0).all()
    assert (np.diff(features.var(axis=0)) < 1e-6).all()
    np.testing.assert_allclose(features.mean(axis=0), 0, atol=1e-4)


def test_a_projection_from_too_few_pictures_is_refused():
    with pytest.raises(ValueError, match="more than 512 pictures, got 10"):
        fit_projection(np.zeros((10, 600), dtype=np.float32))
