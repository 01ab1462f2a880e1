"""Bodies of `application/nuanfang` for schemathesis: MessagePack inside zstd, mostly well-formed, sometimes not."""
import os
from uuid import UUID

import msgpack
import schemathesis
import zstandard
from hypothesis import strategies as st

# Only a message of the token's own device gets past the door.
device = st.just(bytes.fromhex(os.environ["FUZZ_DEVICE"]))
uuid, digest = st.binary(min_size=16, max_size=16), st.binary(min_size=32, max_size=32)
number = st.integers(0, 2**64 - 1)
anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=20) | st.binary(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)

def some(of):
    return st.lists(of, max_size=4)

def message(required, optional):
    """Of the right form; or with one field that is not."""
    right = st.fixed_dictionaries(required, optional=optional)
    wrong = st.tuples(right, st.sampled_from([*required, *optional]), anything).map(lambda t: {**t[0], t[1]: t[2]})
    return right | wrong

cursor = message({"s": number, "q": st.dictionaries(st.sampled_from(["990101", "11", ""]), number, max_size=2), "k": st.booleans()},
                 {"f": st.tuples(st.integers(0, 255), uuid)})
change = message({"r": uuid, "b": st.binary(max_size=200) | st.binary(max_size=50).map(lambda b: b"\x85\x6f\x4a\x83" + b)}, {})
access = message({"n": number, "t": st.integers(-(2**63), 2**63 - 1), "w": st.sampled_from(["export", "id_number", "revoked"]) | st.text(max_size=40), "r": uuid},
                 {"y": st.sampled_from(["cover", "check"]) | st.text(max_size=40), "d": uuid})
log = message({"v": st.just(1), "log": some(access)}, {})
sync = message({"v": st.just(1), "d": device, "e": number, "c": cursor, "r": number},
               {"changes": some(change), "known": some(digest), "here": some(uuid), "l": some(access), "blob_hashes": some(digest)})
enrol = message({"v": st.integers(0, 3), "code": st.text(max_size=12), "device": uuid, "token_hash": digest, "label": st.text(max_size=80)}, {})

def packed(value):
    return zstandard.compress(msgpack.packb(value))

schemathesis.openapi.media_type("application/nuanfang", st.one_of(sync, enrol, log, anything).map(packed) | st.binary(max_size=100))

# Office lists: of the right form, with invented people who are on no list yet; or any bytes.
cell = st.text(max_size=12) | st.sampled_from(["990101", "990101001201", "桃源村", "留守儿童", "社工", "在职", "1"])

def table(*headers):
    rows = st.lists(st.tuples(st.integers(1, 99).map(lambda n: f"F{n:03}"), *[cell] * (len(headers) - 1)), max_size=4)
    return rows.map(lambda rows: "\n".join(",".join('"' + c.replace('"', "") + '"' for c in row) for row in [headers, *rows]).encode())

lists = table("编号", "姓名", "岗位", "负责区域") | table("代码", "名称") | table("姓名", "村", "类别", "电话")
schemathesis.openapi.media_type("application/octet-stream", lists | st.binary(max_size=100))


@schemathesis.hook
def before_call(context, case, kwargs):
    """An administrator does not stop her own device: all that comes after would be refused."""
    if case.path_parameters.get("id") == str(UUID(os.environ["FUZZ_DEVICE"])):
        case.path_parameters["id"] = str(UUID(int=0))
