"""The data that the assignment is run on: mini-COCO, and where packs of data are kept."""
