// The client firmware with a network card. What it sends is answered here, octet by octet, by a peer that remembers nothing:
// all it has to know stands in each segment. First readings; then, again and again, all sockets at once, their buffers
// filled in both directions until the pool is exhausted, and emptied again.
import { firmware } from '../../examples/client/firmware.js'
import { expect, rand } from './rand.js'

/* global print, isBrief */

// The demonstration has no time for all of it.
const READINGS = isBrief ? 200 : 10000
const ROUNDS = isBrief ? 3 : 100
const SOCKETS = 16
const SIZE = 4096
const ENOBUFS = 105
const FIN = 1
const SYN = 2
const RST = 4
const PSH = 8
const ACK = 16

let now = 0

const get16 = (b, o) => (b[o] << 8) | b[o + 1]
const get32 = (b, o) => (get16(b, o) << 16) | get16(b, o + 2)
function put32(b, o, v) {
  for (let i = 0; i < 4; i++) b[o + i] = v >> (24 - 8 * i)
}
function put(b, at, octets) {
  for (let i = 0; i < octets.length; i++) b[at + i] = octets[i]
}
/** Writes the checksum of n octets at o into its field at `at`. */
function sumAt(b, o, n, at, seed) {
  b[at] = b[at + 1] = 0
  let s = seed
  for (let i = 0; i < n; i += 2) s += i + 1 < n ? get16(b, o + i) : b[o + i] << 8
  s = (s & 0xffff) + (s >>> 16)
  s = ~((s & 0xffff) + (s >>> 16)) & 0xffff
  b[at] = s >> 8
  b[at + 1] = s
}

// Frames that the card has received and not handed up yet: it never does within send().
const slots = []
const sizes = []
let waiting = 0
for (let i = 0; i < 24; i++) slots.push(new Uint8Array(320))
function slot(n) {
  expect(waiting < slots.length, 'the card is full')
  sizes[waiting] = n
  return slots[waiting++]
}

/** A segment from the peer, whose text are n octets of value v. */
function answer(port, seq, ack, flags, wnd, n, v) {
  const b = slot(54 + n)
  put(b, 0, [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45, 0, (40 + n) >> 8, 40 + n, 0, 0, 0x40, 0, 64, 6])
  put(b, 26, [10, 0, 0, 1, 10, 0, 0, 2, 5000 >> 8, 5000 & 255, port >> 8, port])
  put32(b, 38, seq)
  put32(b, 42, ack)
  put(b, 46, [0x50, flags, wnd >> 8, wnd, 0, 0, 0, 0])
  for (let i = 0; i < n; i++) b[54 + i] = v
  sumAt(b, 14, 20, 24, 0)
  sumAt(b, 34, 20 + n, 50, get16(b, 26) + get16(b, 28) + get16(b, 30) + get16(b, 32) + 26 + n)
}

let readings = 0
let full = 0
/** What the peer does with who connects. */
const REFUSE = 0
const ANSWER = 1
const HOLD = 2
let mode = REFUSE
/** The connections that it holds, by their ports: what it has seen last. */
const held = []

function segment(b) {
  const port = get16(b, 34)
  const seq = get32(b, 38)
  const ack = get32(b, 42)
  const flags = b[47]
  const o = 34 + ((b[46] >> 4) << 2)
  const n = 14 + get16(b, 16) - o
  const next = (seq + n + (flags & FIN)) | 0
  if (flags & RST) return
  if (flags & SYN) {
    if (mode === REFUSE) answer(port, 0, (seq + 1) | 0, RST | ACK, 0, 0, 0)
    else answer(port, rand(), (seq + 1) | 0, SYN | ACK, mode === HOLD ? 0 : SIZE, 0, 0)
    return
  }
  for (let i = 0; i < held.length; i++)
    if (held[i].port === port) {
      held[i].seq = seq
      held[i].ack = ack
      if (n || flags & FIN) answer(port, ack, next, ACK | (flags & FIN), SIZE, 0, 0)
      return
    }
  // A reading, and the end: an answer, and the end.
  if (flags & FIN) {
    readings++
    answer(port, ack, next, PSH | ACK | FIN, SIZE, 1, 1)
  }
}

const card = {
  type: 1,
  mtu: 576,
  mac: new Uint8Array([2, 0, 0, 0, 0, 2]),
  caps: 0,
  send(b, o, n) {
    const f = b.subarray(o, o + n)
    if (get16(f, 12) === 0x806) {
      if (f[21] === 1) {
        const r = slot(42)
        put(r, 0, [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 6, 0, 1, 8, 0, 6, 4, 0, 2, 2, 0, 0, 0, 0, 1, 10, 0, 0, 1])
        put(r, 32, [2, 0, 0, 0, 0, 2, 10, 0, 0, 2])
      }
    } else if (f[23] === 6) segment(f)
    else if (f[23] === 17 && f[43] === ENOBUFS) full++
    return 0
  },
  recv() {},
}

const { h, t } = firmware({ now: () => now, rand }, card)

/** Hands up what has come, and polls, until nobody has anything to say. */
function settle() {
  h.poll()
  for (let turns = 0; waiting; turns++) {
    expect(turns < 100, 'no end of it')
    const n = waiting
    for (let i = 0; i < n; i++) card.recv(slots[i], 0, sizes[i], 0)
    // What came meanwhile comes next.
    for (let i = n; i < waiting; i++) {
      slots[i - n].set(slots[i])
      sizes[i - n] = sizes[i]
    }
    waiting -= n
    h.poll()
  }
}
/** Lets time pass. */
function pass(ms) {
  const end = now + ms
  while (now < end) {
    settle()
    const wait = h.wait()
    now += wait < 0 ? end - now : Math.min(wait, end - now)
  }
  settle()
}
function usedOf() {
  let n = 0
  for (let i = 0; i < h.engines.length; i++) n += h.engines[i].used()
  return n
}
/** Nobody answers for longer than a connection may take to end: what is in use then. */
function rest() {
  mode = REFUSE
  pass(130000)
  return usedOf()
}

const start = rest()
expect(h.pool.used === 0 && t.used() === 0, 'a machine at rest holds octets')

mode = ANSWER
while (readings < READINGS) {
  const before = readings
  pass(100)
  expect(readings > before || readings < 2, `no reading after ${before}`)
}

const target = new Uint8Array([10, 0, 0, 1])
// What is sent, and where what is received comes.
const data = new Uint8Array(SIZE)
let aborted = 0
let closed = 0
const handlers = {
  onClose(_c, code) {
    if (code === -ENOBUFS) aborted++
    else if (!code) closed++
  },
}
for (let round = 1; round <= ROUNDS; round++) {
  mode = HOLD
  const list = []
  for (let c; ; list.push(c)) {
    c = t.connect(target, 5000, handlers)
    if (typeof c === 'number') {
      expect(c === -ENOBUFS, `connect: ${c}`)
      break
    }
    held.push({ port: c.port, seq: 0, ack: 0 })
  }
  expect(list.length === SOCKETS, `${list.length} sockets`)
  settle()
  // Half of them are filled by us, half by the peer.
  for (let i = 0; i < SOCKETS; i++) {
    if (i < SOCKETS / 2) expect(t.write(list[i], data) === SIZE, 'a buffer is not filled')
    else
      for (let n = 0; n < SIZE; n += 256) answer(held[i].port, (held[i].ack + n) | 0, held[i].seq, ACK, 0, 256, round)
    settle()
  }
  expect(h.pool.used === h.pool.limit, `${h.pool.used} octets of the pool`)
  // The next reading finds no socket. One octet more: the connection that has waited longest is given up.
  const before = full
  while (full === before) pass(100)
  expect(t.write(list[SOCKETS - 1], data) === 0, 'a pool without an end')
  settle()
  expect(aborted === round, `${aborted} connections aborted for room`)
  mode = ANSWER
  for (let i = 0; i < SOCKETS; i++) {
    if (!list[i].state) continue
    answer(held[i].port, held[i].ack, held[i].seq, ACK, SIZE, 0, 0)
    settle()
    if (i >= SOCKETS / 2) expect(t.read(list[i], data) === SIZE && data[SIZE - 1] === round, 'octets were lost')
    t.close(list[i])
    settle()
  }
  expect(closed === round * (SOCKETS - 1), `${closed} connections closed`)
  held.length = 0
  const taken = readings
  while (readings === taken) pass(100)
}
const end = rest()
expect(end === start && h.pool.used === 0, `used() was ${start} and is ${end}, pool ${h.pool.used}`)
print(
  `${READINGS} readings answered, ${SOCKETS} sockets filled and emptied ${ROUNDS} times, ${full} readings refused and ${aborted} connections given up for want of room; used() ${start} before and ${end} after`,
)
