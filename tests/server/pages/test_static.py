"""What pages load has a name that changes with it, is kept for long, and is packed."""

import pytest

from autograder.server.pages.static import static_files


@pytest.mark.parametrize("name", ["style", "script", "icon"])
def test_a_file_is_kept_for_a_year_under_a_name_that_changes_with_it(browser, name):
    file = static_files()[name]
    answer = browser().get(file.address)
    assert answer.content == file.data
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    assert browser().get(file.address, headers={"Accept-Encoding": "identity"}).content == file.data
    assert browser().get(file.address.replace(".", ".0", 1)).status_code == 404
