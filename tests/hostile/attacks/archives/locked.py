"""Members that are locked with a password."""
# control: unpack
# layout: zip
# %% attack on the file
import zipfile
with zipfile.ZipFile(file) as archive:
    place = archive.start_dir
    headers = [member.header_offset for member in archive.infolist()]
data = bytearray(file.read_bytes())
for start in headers:
    data[start + 6] |= 1
while (place := data.find(b"PK\x01\x02", place)) >= 0:
    data[place + 8] |= 1
    place += 4
file.write_bytes(data)
