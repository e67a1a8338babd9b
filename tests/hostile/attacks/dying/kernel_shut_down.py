"""Asks its own kernel to shut down, in the name of the grader."""
# control: stock
# %% attack before test_halve
get_ipython().kernel.do_shutdown(False)
get_ipython().kernel.io_loop.add_callback(get_ipython().kernel.io_loop.stop)
get_ipython().ask_exit()
import os, threading
threading.Timer(0.2, os._exit, [0]).start()
