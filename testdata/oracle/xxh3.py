"""XXH3 with 128 bits, seed 0 and the default secret. Slow and plain: for checking."""

SECRET = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f"
    "cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c"
    "3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
    "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364"
    "eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e"
    "2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e"
)
M32, M64, M128 = (1 << 32) - 1, (1 << 64) - 1, (1 << 128) - 1
P32_1, P32_2, P32_3 = 0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D
P64_1, P64_2, P64_3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
P64_4, P64_5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5
MX1, MX2 = 0x165667919E3779F9, 0x9FB21C651E98DF25


def r32(b, i):
    return int.from_bytes(b[i : i + 4], "little")


def r64(b, i):
    return int.from_bytes(b[i : i + 8], "little")


def swap32(x):
    return int.from_bytes(x.to_bytes(4, "little"), "big")


def swap64(x):
    return int.from_bytes(x.to_bytes(8, "little"), "big")


def rotl32(x, n):
    return (x << n | x >> (32 - n)) & M32


def fold(a, b):
    x = a * b
    return (x ^ x >> 64) & M64


def avalanche(h):
    h ^= h >> 37
    h = h * MX1 & M64
    return h ^ h >> 32


def avalanche64(h):
    h ^= h >> 33
    h = h * P64_2 & M64
    h ^= h >> 29
    h = h * P64_3 & M64
    return h ^ h >> 32


def mix16(b, i, s):
    return fold(r64(b, i) ^ r64(SECRET, s), r64(b, i + 8) ^ r64(SECRET, s + 8))


def short(b):
    n = len(b)
    if n > 8:
        flip_lo = r64(SECRET, 32) ^ r64(SECRET, 40)
        flip_hi = r64(SECRET, 48) ^ r64(SECRET, 56)
        lo, hi = r64(b, 0), r64(b, n - 8)
        m = (lo ^ hi ^ flip_lo) * P64_1
        m_lo, m_hi = m & M64, m >> 64
        m_lo = (m_lo + ((n - 1) << 54)) & M64
        hi ^= flip_hi
        m_hi = (m_hi + hi + (hi & M32) * (P32_2 - 1)) & M64
        m_lo ^= swap64(m_hi)
        h = m_lo * P64_2
        return avalanche(h & M64), avalanche(((h >> 64) + m_hi * P64_2) & M64)
    if n > 3:
        flip = r64(SECRET, 16) ^ r64(SECRET, 24)
        keyed = r32(b, 0) + (r32(b, n - 4) << 32) ^ flip
        m = keyed * ((P64_1 + (n << 2)) & M64)
        lo, hi = m & M64, m >> 64
        hi = (hi + (lo << 1)) & M64
        lo ^= hi >> 3
        lo ^= lo >> 35
        lo = lo * MX2 & M64
        lo ^= lo >> 28
        return lo, avalanche(hi)
    if n > 0:
        combined = b[0] << 16 | b[n >> 1] << 24 | b[n - 1] | n << 8
        other = rotl32(swap32(combined), 13)
        flip_lo = r32(SECRET, 0) ^ r32(SECRET, 4)
        flip_hi = r32(SECRET, 8) ^ r32(SECRET, 12)
        return avalanche64(combined ^ flip_lo), avalanche64(other ^ flip_hi)
    return (
        avalanche64(r64(SECRET, 64) ^ r64(SECRET, 72)),
        avalanche64(r64(SECRET, 80) ^ r64(SECRET, 88)),
    )


def medium(b):
    n = len(b)
    lo, hi = n * P64_1 & M64, 0

    def mix32(lo, hi, i, j, s):
        lo = (lo + mix16(b, i, s)) & M64
        lo ^= r64(b, j) + r64(b, j + 8) & M64
        hi = (hi + mix16(b, j, s + 16)) & M64
        hi ^= r64(b, i) + r64(b, i + 8) & M64
        return lo, hi

    if n <= 128:
        for k in range((n - 1) // 32, -1, -1):
            lo, hi = mix32(lo, hi, 16 * k, n - 16 * (k + 1), 32 * k)
    else:
        for k in range(4):
            lo, hi = mix32(lo, hi, 32 * k, 32 * k + 16, 32 * k)
        lo, hi = avalanche(lo), avalanche(hi)
        for k in range(4, n // 32):
            lo, hi = mix32(lo, hi, 32 * k, 32 * k + 16, 3 + 32 * (k - 4))
        lo, hi = mix32(lo, hi, n - 16, n - 32, 136 - 17 - 16)
    h_lo = (lo + hi) & M64
    h_hi = (lo * P64_1 + hi * P64_4 + n * P64_2) & M64
    return avalanche(h_lo), -avalanche(h_hi) & M64


def long(b):
    n = len(b)
    acc = [P32_3, P64_1, P64_2, P64_3, P64_4, P32_2, P64_5, P32_1]

    def accumulate(i, s):
        for k in range(8):
            value = r64(b, i + 8 * k)
            keyed = value ^ r64(SECRET, s + 8 * k)
            acc[k ^ 1] = (acc[k ^ 1] + value) & M64
            acc[k] = (acc[k] + (keyed & M32) * (keyed >> 32)) & M64

    stripes = (len(SECRET) - 64) // 8
    block = 64 * stripes
    blocks = (n - 1) // block
    for j in range(blocks):
        for k in range(stripes):
            accumulate(j * block + 64 * k, 8 * k)
        for k in range(8):
            a = acc[k]
            a ^= a >> 47
            a ^= r64(SECRET, len(SECRET) - 64 + 8 * k)
            acc[k] = a * P32_1 & M64
    for k in range((n - 1 - block * blocks) // 64):
        accumulate(block * blocks + 64 * k, 8 * k)
    accumulate(n - 64, len(SECRET) - 64 - 7)

    def merge(s, start):
        h = start
        for k in range(4):
            h += fold(acc[2 * k] ^ r64(SECRET, s + 16 * k), acc[2 * k + 1] ^ r64(SECRET, s + 16 * k + 8))
        return avalanche(h & M64)

    return merge(11, n * P64_1 & M64), merge(len(SECRET) - 64 - 11, ~(n * P64_2) & M64)


def xxh3_128(b):
    """Returns the low and the high half."""
    if len(b) <= 16:
        return short(b)
    if len(b) <= 240:
        return medium(b)
    return long(b)
