"""The names that a script may rely on."""

import bereket


def test_public_names_are_sorted_and_unique():
    names = list(bereket.__all__)
    assert names == sorted(set(names))


def test_every_public_name_can_be_imported():
    missing = [name for name in bereket.__all__ if not hasattr(bereket, name)]
    assert not missing


def test_dir_shows_the_public_names():
    assert set(bereket.__all__) <= set(dir(bereket))


def test_every_public_name_says_what_it_is():
    silent = [
        name
        for name in bereket.__all__
        if callable(getattr(bereket, name)) and not getattr(bereket, name).__doc__
    ]
    assert not silent


def test_there_is_no_name_for_what_is_not_there():
    assert not hasattr(bereket, "no_such_name")
