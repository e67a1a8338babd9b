"""Raises an exception whose text is a script, which the feedback shows."""
# control: inside
# %% attack in double
def double(x):
    raise ValueError("<script>alert(1)</script><img src=x onerror=alert(1)>")
