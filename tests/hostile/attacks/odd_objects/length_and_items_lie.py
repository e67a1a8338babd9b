"""A tuple that lies about its length and makes up items without end."""
# control: none
# %% halve
def halve(x): return x * 3, None
# %% attack in halve
class Endless(tuple):
    def __len__(self): return 2**62
    def __getitem__(self, key): return Endless()
    def __iter__(self): return iter(lambda: Endless(), None)
def halve(x): return Endless()
