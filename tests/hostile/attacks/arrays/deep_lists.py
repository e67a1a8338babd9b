"""Answers with lists nested far deeper than the stack."""
# control: process
# %% attack in double
def double(x):
    answer = []
    for _ in range(100_000):
        answer = [answer]
    return answer
