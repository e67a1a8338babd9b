"""Opens comms, as widgets do, by the ten thousand."""
# control: stock
# %% attack after double
from comm import create_comm
for number in range(15_000):
    create_comm(target_name="jupyter.widget", data={"state": {"_model_name": "OutputModel", "x": "y" * 15_000}})
