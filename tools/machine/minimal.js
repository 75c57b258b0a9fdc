// The minimal firmware with a network card: it resolves an address, sends readings for a minute, answers a thousand pings.
// What it sends is counted, what it receives is made here, octet by octet.
import { firmware } from '../../examples/minimal/firmware.js'
import { rand } from './rand.js'

/* global print, isBrief */

const PINGS = isBrief ? 200 : 1000
let now = 0
let readings = 0
let replies = 0
const mac = new Uint8Array([2, 0, 0, 0, 0, 2])
const peer = new Uint8Array([2, 0, 0, 0, 0, 1])
const frame = new Uint8Array(98)
let arpReply = false

const card = {
  type: 1,
  mtu: 1500,
  mac,
  caps: 0,
  send(b, o) {
    const type = (b[o + 12] << 8) | b[o + 13]
    if (type === 0x806) arpReply = true
    else if (b[o + 23] === 17) readings++
    else if (b[o + 23] === 1 && b[o + 34] === 0) replies++
    return 0
  },
  recv() {},
}

function put(at, octets) {
  for (let i = 0; i < octets.length; i++) frame[at + i] = octets[i]
}

function sumAt(from, n, at) {
  let s = 0
  frame[at] = frame[at + 1] = 0
  for (let i = 0; i < n; i += 2) s += (frame[from + i] << 8) | frame[from + i + 1]
  s = (s & 0xffff) + (s >>> 16)
  s = ~((s & 0xffff) + (s >>> 16)) & 0xffff
  frame[at] = s >> 8
  frame[at + 1] = s & 255
}

const h = firmware({ now: () => now, rand }, card)

for (let i = 0; i < PINGS; i++) {
  now += 60
  if (arpReply) {
    arpReply = false
    put(0, [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 6, 0, 1, 8, 0, 6, 4, 0, 2, 2, 0, 0, 0, 0, 1, 10, 0, 0, 1])
    put(32, [2, 0, 0, 0, 0, 2, 10, 0, 0, 2])
    card.recv(frame, 0, 42, 0)
  }
  for (let k = 0; k < 98; k++) frame[k] = k
  put(0, [2, 0, 0, 0, 0, 2])
  for (let k = 0; k < 6; k++) frame[6 + k] = peer[k]
  put(12, [
    8,
    0,
    0x45,
    0,
    0,
    84,
    i >> 8,
    i & 255,
    0,
    0,
    64,
    1,
    0,
    0,
    10,
    0,
    0,
    1,
    10,
    0,
    0,
    2,
    8,
    0,
    0,
    0,
    1,
    1,
    i >> 8,
    i & 255,
  ])
  sumAt(14, 20, 24)
  sumAt(34, 64, 36)
  card.recv(frame, 0, 98, 0)
  h.poll()
}
print(`${replies} of ${PINGS} pings answered, ${readings} readings sent, pool ${h.pool.used}`)
