"""The readers of environment variables."""

import pytest

from cmmportal import environment


@pytest.fixture(autouse=True)
def unset(monkeypatch):
    for name in ("SAMPLE", "SAMPLE_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def refused(capsys):
    def refuse(reader, *args, **kwargs):
        with pytest.raises(SystemExit) as stop:
            reader("SAMPLE", *args, **kwargs)
        return stop.value.code

    return refuse


def test_secret_reads_variable_or_file(monkeypatch, tmp_path):
    assert environment.secret("SAMPLE") == ""

    (tmp_path / "key").write_text("from a file\n")
    monkeypatch.setenv("SAMPLE_FILE", str(tmp_path / "key"))
    assert environment.secret("SAMPLE") == "from a file"

    monkeypatch.delenv("SAMPLE_FILE")
    monkeypatch.setenv("SAMPLE", "from the shell")
    assert environment.secret("SAMPLE") == "from the shell"


def test_secret_refuses_both_empty_and_missing_sources(monkeypatch, tmp_path, refused):
    monkeypatch.setenv("SAMPLE", "")
    assert refused(environment.secret) == "Configuration error: SAMPLE is set but empty."

    monkeypatch.setenv("SAMPLE", "x")
    monkeypatch.setenv("SAMPLE_FILE", str(tmp_path / "missing"))
    assert refused(environment.secret) == "Configuration error: SAMPLE and SAMPLE_FILE are both set, keep one."

    monkeypatch.delenv("SAMPLE")
    expected = "Configuration error: SAMPLE_FILE names a file that cannot be read (FileNotFoundError)."
    assert refused(environment.secret) == expected

    (tmp_path / "missing").write_text(" \n")
    assert refused(environment.secret) == "Configuration error: SAMPLE_FILE names an empty file."


@pytest.mark.parametrize(("word", "value"), [("1", True), ("Yes", True), ("off", False), ("FALSE", False), ("", True)])
def test_flag_reads_words(monkeypatch, word, value):
    monkeypatch.setenv("SAMPLE", word)

    assert environment.flag("SAMPLE", default=True) is value


def test_flag_refuses_other_words(monkeypatch, refused):
    monkeypatch.setenv("SAMPLE", "maybe")

    assert refused(environment.flag, default=True) == "Configuration error: SAMPLE must be 1 or 0, not 'maybe'."


@pytest.mark.parametrize("digits", ["0", "-1", "1e3", "65536", "٣", "9" * 5000, "8000 "[:-1] + "x"])
def test_whole_number_refuses_what_is_none_in_range(monkeypatch, refused, digits):
    monkeypatch.setenv("SAMPLE", digits)

    message = refused(environment.whole_number, 8000, lowest=1, highest=65535)
    assert message.startswith("Configuration error: SAMPLE must be a whole number from 1 to 65535, not ")
    assert len(message) < 140


def test_networks_reads_addresses_and_networks(monkeypatch, refused):
    monkeypatch.setenv("SAMPLE", "127.0.0.1, 10.0.0.0/8,::1")
    assert [str(network) for network in environment.networks("SAMPLE")] == ["127.0.0.1/32", "10.0.0.0/8", "::1/128"]

    monkeypatch.setenv("SAMPLE", "10.0.0.1/8")
    assert "SAMPLE must hold IP addresses" in refused(environment.networks)


@pytest.mark.parametrize(
    "value", ["nonsense", "ftp://host/", "smtp://host:notaport", "smtp://host:99999", "smtp://[::1"]
)
def test_split_url_refuses_without_showing_the_value(refused, value):
    message = refused(environment.split_url, value, ("smtp", "smtps"))

    assert "SAMPLE" in message
    assert value not in message
