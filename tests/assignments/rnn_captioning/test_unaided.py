"""Wrong code that was written from the handout alone, without a look at the catalogue: what is said to be behind it.

Each file in unaided/ says itself what is wrong with it; by that it was judged whether a name is right: all of these
are. Where there are two mistakes, one may go without a name; where nothing is said, nothing wrong is said.
"""

from pathlib import Path

import pytest

from tests.support.sampling import some

HERE = Path(__file__).parent / "unaided"
SAID = {
    "captioning_loss__1": {"mask_from_words_read"},
    "captioning_loss__2": {"null_taken_for_zero"},
    "captioning_loss__3": {"shifted_backwards"},
    "captioning_loss__4": {"gradient_of_first_output_for_first_state"},
    "captioning_loss__5": set(),
    "captioning_sample__1": {"start_in_output"},
    "captioning_sample__2": {"state_not_carried"},
    "captioning_sample__3": {"word_not_fed_back"},
    "captioning_sample__4": {"stops_with_first_row"},
    "captioning_sample__5": {"drawn_at_random", "type"},
    "rnn_backward__1": {"recurrence_lost"},
    "rnn_backward__2": {"last_upstream_twice"},
    "rnn_backward__3": {"weights_overwritten"},
    "rnn_backward__4": {"last_state_only"},
    "rnn_backward__5": {"first_step_not_undone", "inputs_reversed"},
    "rnn_forward__1": {"state_not_carried"},
    "rnn_forward__2": {"first_state_ignored"},
    "rnn_forward__3": {"reshaped_instead_of_transposed"},
    "rnn_forward__4": {"first_state_in_place"},
    "rnn_forward__5": {"time_first"},
    "rnn_step_backward__1": {"tanh_twice"},
    "rnn_step_backward__2": {"transpose_forgotten"},
    "rnn_step_backward__3": {"reshaped"},
    "rnn_step_backward__4": {"averaged_over_examples"},
    "rnn_step_backward__5": {"bias_not_summed", "next_state_for_weights"},
    "rnn_step_forward__1": {"overflowing_tanh"},
    "rnn_step_forward__2": {"tanh_of_input_without_bias"},
    "rnn_step_forward__3": {"state_weights_transposed"},
    "rnn_step_forward__4": {"no_bias"},
    "rnn_step_forward__5": {"half_argument"},
    "word_embedding_backward__1": {"repeated_words_lost"},
    "word_embedding_backward__2": {"nothing_for_words"},
    "word_embedding_backward__3": {"rows_up_to_largest_word"},
    "word_embedding_backward__4": {"repeated_words_averaged"},
    "word_embedding_backward__5": {"repeats_in_a_caption_lost"},
    "word_embedding_forward__1": {"off_by_one"},
    "word_embedding_forward__2": {"in_other_places"},
    "word_embedding_forward__3": {"fractions_lost"},
    "word_embedding_forward__4": {"squeezed"},
    "word_embedding_forward__5": set(),
}


@pytest.mark.parametrize("name", some(SAID, 20))
def test_what_is_said_is_right_or_nothing(marker, name):
    problem = name.split("__")[0]
    marks = marker.mark(HERE / f"{name}.py", problem)
    assert marks.lost
    assert {one.name for one in marks.results[problem].diagnoses} == SAID[name]


def test_most_of_them_are_named():
    assert {file.stem for file in HERE.glob("*.py")} == set(SAID)
    assert sum(map(bool, SAID.values())) / len(SAID) > 0.8
