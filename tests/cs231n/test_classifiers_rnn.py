import numpy as np
import pytest

from cs231n.classifiers import rnn
from cs231n.classifiers.rnn import CaptioningRNN, method_of

WORDS = {"<NULL>": 0, "<START>": 1, "<END>": 2, "cat": 3, "dog": 4}


@pytest.fixture
def model_class():
    """Return a class of its own, so that what a test attaches is gone after it."""
    return type("CaptioningRNN", (CaptioningRNN,), {})


@pytest.mark.parametrize(("cell_type", "gates"), [("rnn", 1), ("lstm", 4)])
def test_parameters_have_the_shapes_of_the_model(cell_type, gates):
    model = CaptioningRNN(WORDS, input_dim=7, wordvec_dim=3, hidden_dim=6, cell_type=cell_type)
    assert {name: values.shape for name, values in model.params.items()} == {
        "W_embed": (5, 3),
        "W_proj": (7, 6),
        "b_proj": (6,),
        "Wx": (3, 6 * gates),
        "Wh": (6, 6 * gates),
        "b": (6 * gates,),
        "W_vocab": (6, 5),
        "b_vocab": (5,),
    }


@pytest.mark.parametrize("dtype", [np.float32, np.float64, "float64"])
def test_all_parameters_have_the_dtype_that_was_asked_for(dtype):
    model = CaptioningRNN(WORDS, dtype=dtype)
    assert {values.dtype for values in model.params.values()} == {np.dtype(dtype)}


def test_parameters_are_float32_unless_asked_otherwise():
    assert CaptioningRNN(WORDS).params["Wx"].dtype == np.float32


def test_weights_are_scaled_by_what_flows_in_and_biases_are_zero():
    np.random.seed(1)
    words = {"<NULL>": 0} | {str(i): i for i in range(1, 400)}
    params = CaptioningRNN(words, input_dim=300, wordvec_dim=200, hidden_dim=250, cell_type="lstm").params
    deviations = {"W_embed": 0.01, "W_proj": 300**-0.5, "Wx": 200**-0.5, "Wh": 250**-0.5, "W_vocab": 250**-0.5}
    for name, expected in deviations.items():
        assert params[name].std() == pytest.approx(expected, rel=0.02), name
        assert abs(params[name].mean()) < 0.02 * expected, name
    assert not any(params[name].any() for name in ("b_proj", "b", "b_vocab"))


def test_weights_are_drawn_from_the_global_generator_in_a_fixed_order():
    np.random.seed(2)
    params = CaptioningRNN(WORDS, input_dim=7, wordvec_dim=3, hidden_dim=6, dtype=np.float64).params
    np.random.seed(2)
    for name, scale in (("W_embed", 0.01), ("W_proj", 7**-0.5), ("Wx", 3**-0.5), ("Wh", 6**-0.5), ("W_vocab", 6**-0.5)):
        np.testing.assert_allclose(params[name], scale * np.random.randn(*params[name].shape), rtol=1e-14)


def test_a_vocabulary_may_lack_start_and_end_and_have_gaps():
    model = CaptioningRNN({"<NULL>": 0, "cat": 2, "dog": 3}, wordvec_dim=4)
    assert model.params["W_embed"].shape == (3, 4)
    assert (model._null, model._start, model._end) == (0, None, None)
    assert model.idx_to_word == {0: "<NULL>", 2: "cat", 3: "dog"}


def test_special_words_are_remembered_by_index():
    model = CaptioningRNN(WORDS)
    assert (model._null, model._start, model._end) == (0, 1, 2)


def test_an_unknown_cell_type_is_refused_with_both_that_there_are():
    with pytest.raises(ValueError, match="'rnn' or 'lstm', not 'gru'"):
        CaptioningRNN(WORDS, cell_type="gru")


def test_a_vocabulary_without_padding_is_refused():
    with pytest.raises(ValueError, match="<NULL>"):
        CaptioningRNN({"cat": 0})


@pytest.mark.parametrize(("method", "arguments"), [("loss", (None, None)), ("sample", (None,))])
def test_an_unwritten_method_says_where_it_is_to_be_written(method, arguments):
    with pytest.raises(NotImplementedError, match=rf"CaptioningRNN\.{method}.*@method_of\(CaptioningRNN\)"):
        getattr(CaptioningRNN(WORDS), method)(*arguments)


def test_a_model_made_earlier_gets_the_method_too(model_class):
    model = model_class(WORDS)

    @method_of(model_class)
    def sample(self, features, max_length=30):
        return self, features, max_length

    assert model.sample("features") == (model, "features", 30)
    assert sample(model, "features", 3) == (model, "features", 3)


def test_running_a_cell_again_replaces_the_method(model_class):
    def define(value):
        @method_of(model_class)
        def loss(self, features, captions):
            return value

    model = model_class(WORDS)
    define("first")
    define("second")
    assert model.loss(None, None) == "second"


def test_attaching_leaves_other_classes_alone(model_class):
    method_of(model_class)(function_named("loss"))
    with pytest.raises(NotImplementedError):
        CaptioningRNN(WORDS).loss(np.zeros((1, 2)), np.zeros((1, 3), dtype=int))


@pytest.mark.parametrize("name", ["los", "__init__", "_null", "params", "method_of"])
def test_a_name_that_is_no_method_of_the_class_is_refused_with_those_that_are(model_class, name):
    with pytest.raises(ValueError, match=rf"'{name}' cannot be attached.*loss, sample"):
        method_of(model_class)(function_named(name))


@pytest.mark.parametrize("thing", [3, "loss", CaptioningRNN, property(lambda self: None)])
def test_only_a_function_can_be_attached(model_class, thing):
    with pytest.raises(TypeError, match="above a def"):
        method_of(model_class)(thing)


def test_methods_written_in_the_module_find_the_layers_there():
    layers = {"affine_forward", "affine_backward", "temporal_affine_forward", "temporal_softmax_loss"}
    assert layers <= set(vars(rnn))


def function_named(name):
    def function(self):
        return None

    function.__name__ = name
    return function
