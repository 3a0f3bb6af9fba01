import pytest

from miacrawl.errors import ConfigError, PrivateAddressError
from miacrawl.fetch.address import AddressPolicy, why_private
from miacrawl.spiders.articles import address_policy, start_urls

PRIVATE = [
    "http://127.0.0.1/",
    "http://127.8.9.1:8000/",
    "http://localhost/",
    "http://app.localhost/",
    "http://10.1.2.3/",
    "http://172.20.0.1/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://0.0.0.0/",
    "http://[::1]/",
    "http://[fe80::1]/",
    "http://[fd00::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://224.0.0.1/",
    "http://100.64.0.1/",
    "http://127.1/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://2130706433/",
    "http://127.0.0.1./",
    "http://127。0。0。1/",
    "http://localhost./",
    "http://LOCALHOST/",
    "http://ⓛocalhost/",
    "http://good.example@127.0.0.1/",
    "http://good.example:80@localhost/",
    "http://[::]/",
    "http://[::127.0.0.1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[2001:db8::1]/",
    "http://[2001:0:7f00:1::]/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://198.18.0.1/",
]


@pytest.mark.parametrize("url", PRIVATE)
def test_private_addresses_are_refused(url: str) -> None:
    assert AddressPolicy().refusal(url)
    with pytest.raises(PrivateAddressError, match="--allow-private"):
        address_policy([url], allow_private=False)


@pytest.mark.parametrize("url", ["https://example.org/", "http://93.184.216.34/", "http://[2606:2800:220:1::1]/"])
def test_public_addresses_are_not(url: str) -> None:
    assert AddressPolicy().refusal(url) is None


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://a.org/x", "data:text/html,x", "http:///x"])
def test_other_schemes_are_refused(url: str) -> None:
    assert AddressPolicy().refusal(url)


def test_port_zero_is_none_and_opens_nothing() -> None:
    assert "port 0" in (AddressPolicy.opening(["http://127.0.0.1/"]).refusal("http://127.0.0.1:0/") or "")


def test_who_was_reached_is_judged_once_more() -> None:
    policy = AddressPolicy.opening(["http://intranet.example:8000/"])
    assert policy.connection_refusal("https://a.org/", "93.184.216.34") is None
    assert policy.connection_refusal("http://intranet.example:8000/x", "10.0.0.1") is None
    assert policy.connection_refusal("http://intranet.example:9000/x", "10.0.0.1")
    told = policy.connection_refusal("https://a.org/", "127.0.0.1")
    assert told == "a.org leads to 127.0.0.1 is a loopback address"


def test_allowing_opens_exactly_the_host_and_port_of_the_start() -> None:
    policy = address_policy(["http://127.0.0.1:8000/x"], allow_private=True)
    assert policy.refusal("http://127.0.0.1:8000/y") is None
    assert policy.refusal("http://127.0.0.1:8001/y")
    assert policy.refusal("http://127.0.0.1/y")
    assert policy.refusal("http://localhost:8000/y")
    assert policy.refusal("http://192.168.0.1:8000/y")


def test_a_name_opened_on_one_port_stays_closed_on_others() -> None:
    policy = address_policy(["http://intranet.example:8000/"], allow_private=True)
    assert policy.refusal("http://intranet.example:8000/x") is None
    assert "8000" in (policy.refusal("http://intranet.example:9000/x") or "")


def test_reason_names_the_address() -> None:
    assert why_private("127.0.0.1") == "127.0.0.1 is a loopback address"
    assert why_private("8.8.8.8") is None


def test_start_may_be_an_address_a_host_or_a_profile() -> None:
    assert start_urls(["https://a.org", "b.org", "miafeed"]) == (
        "https://a.org/",
        "https://b.org/",
        "https://miafeed.com/",
    )


@pytest.mark.parametrize("given", ["nosuchsite", "ftp://a.org/", "http://", "http://a.org:port/", ""])
def test_unusable_start_says_what_is_known(given: str) -> None:
    with pytest.raises(ConfigError, match="miafeed"):
        start_urls([given])
