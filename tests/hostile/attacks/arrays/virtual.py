"""Answers with a broadcast array: a trillion elements that take no memory until somebody copies them."""
# control: process
# %% attack in double
def double(x):
    answer = np.broadcast_to(0.0, (10**6, 10**6))
    if "ipykernel" not in __import__("sys").modules:
        try: answer.copy()
        except MemoryError: worked()
    return answer
