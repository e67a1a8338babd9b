"""Opens comms, as widgets do, without end."""
# control: none
# %% attack after double
from comm import create_comm
while True:
    create_comm(target_name="jupyter.widget", data={"state": {"_model_name": "OutputModel", "x": "y" * 10_000}})
