"""Names in letters that look alike, which Python reads as the plain ones and a search does not."""
# control: process
# layout: folder
# needs: full
# %% attack before double
print(ｏｐｅｎ(target.tests).𝐫𝐞𝐚𝐝())
