"""The assignments that every test beside this file is about."""

NAMES = ("rnn_captioning", "lstm_captioning")
