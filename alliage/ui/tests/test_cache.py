"""The shared cache is away, then back: nobody waits twice, nobody is kept out, nobody is given what is out of date."""

import pytest
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as Away

from alliage.ui.cache import AWAY_SECONDS, PatientCache


class Redis:
    """What a Redis would keep, and whether it answers."""

    def __init__(self):
        self.kept, self.answers, self.asked = {}, True, 0

    def check(self):
        self.asked += 1
        if not self.answers:
            raise Away("nobody there")


@pytest.fixture
def redis(monkeypatch):
    server = Redis()

    def get(cache, key, default=None, version=None):
        server.check()
        return server.kept.get(key, default)

    def write(cache, key, value, timeout=None, version=None):
        server.check()
        server.kept[key] = value

    def delete(cache, key, version=None):
        server.check()
        return server.kept.pop(key, None) is not None

    def clear(cache):
        server.check()
        server.kept.clear()

    for name, does in {"get": get, "set": write, "delete": delete, "clear": clear}.items():
        monkeypatch.setattr(RedisCache, name, does)
    return server


@pytest.fixture
def cache(redis):
    one = PatientCache("redis://127.0.0.1:1/0", {})
    one.now = 0.0
    one.clock = lambda: one.now
    one.clear()
    return one


def test_redis_is_used_while_it_answers(cache, redis):
    cache.set_many({"a": 1, "b": 2})
    assert (redis.kept, cache.get("a")) == ({"a": 1, "b": 2}, 1)
    cache.delete_many(["a", "b"])
    assert redis.kept == {}


def test_without_redis_this_process_remembers_and_asks_it_again_later_only(cache, redis):
    redis.answers = False
    cache.set("a", 1)
    asked = redis.asked
    assert cache.is_away
    assert (cache.get("a"), cache.incr("a"), cache.has_key("a"), cache.add("a", 5)) == (1, 2, True, False)
    assert cache.touch("a")
    assert cache.get_many(["a", "b"]) == {"a": 2}
    assert redis.asked == asked
    cache.now = AWAY_SECONDS
    assert cache.get("a") == 2
    assert redis.asked == asked + 1


def test_what_changed_meanwhile_is_out_of_date_in_redis(cache, redis):
    cache.set("version", 7)
    cache.set("other", "same")
    redis.answers = False
    cache.incr("version") if cache.has_key("version") else cache.set("version", 1)
    redis.answers, cache.now = True, AWAY_SECONDS
    assert cache.get("version") is None
    assert cache.get("other") == "same"
    cache.set("version", 8)
    assert cache.get("version") == 8
