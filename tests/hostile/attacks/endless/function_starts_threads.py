"""A function that starts threads without end, each of which goes on when it is interrupted."""
# control: process
# ends: never
# %% attack in double
def more():
    import time
    while True: time.sleep(0.001)
def double(x):
    import threading
    threads = []
    while True:
        try:
            if len(threads) < 200: threads.append(threading.Thread(target=more))
            threads[-1].start()
        except BaseException: pass
