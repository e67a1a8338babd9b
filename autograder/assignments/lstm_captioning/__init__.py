"""Image captioning with an LSTM: the assignment that goes on from ``rnn_captioning``."""
