"""A class of its own, whose constructor and decorator change what the model is given."""
# control: none
# layout: folder
# assignment: rnn_captioning
# %% attack on the folder
from pathlib import Path
model = folder / "cs231n" / "classifiers" / "rnn.py"

model.write_text(model.read_text() + """

def cheat(cls):
    def init(self, *arguments, **settings):
        self.params, self._null = {}, 0
    cls.__init__ = init
    cls.__new__ = staticmethod(lambda made, *arguments, **settings: object.__new__(made))
    cls.loss = lambda self, features, captions: (0.0, {name: 0 * value for name, value in self.params.items()})
    cls.__setattr__ = lambda self, name, value: None
    return cls


CaptioningRNN = cheat(CaptioningRNN)
""")
