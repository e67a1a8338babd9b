"""A class that claims to be every other one, in whatever way it is asked."""
# control: stock
# %% attack in double
class Any(type):
    def __instancecheck__(cls, value): return True
class Chameleon(metaclass=Any):
    __class__ = property(lambda self: float)
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    def __le__(self, other): return True
    def __abs__(self): return self
    def __sub__(self, other): return self
    def __getitem__(self, key): return self
    def __float__(self): return 6.0
def double(x): return Chameleon()
