// The full firmware with a network card, and in the same 2 MiB, since nothing smaller speaks all of it, a second stack that
// collects its readings, over a cable that loses a frame in thirty. First readings; then streams in both directions, read
// whole; then its counters, again and again; in the end nothing is left.
import { host } from '@tiny/core'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { tcp } from '@tiny/tcp'
import { sack } from '@tiny/tcp/sack'
import { timestamps } from '@tiny/tcp/timestamps'
import { wscale } from '@tiny/tcp/wscale'
import { connect, serve, tfo } from '@tiny/tfo'
import { firmware } from '../../examples/full/firmware.js'
import { expect, rand } from './rand.js'

/* global print, isBrief */

// The demonstration has no time for all of it.
const READINGS = isBrief ? 10 : 300
const OCTETS = isBrief ? 20000 : 1000000
const PAGES = isBrief ? 3 : 100
const MTU = 576
const LOST = 30

let now = 0

/** One end of the cable: frames that have come and were not handed up yet. */
function card(last) {
  const c = {
    type: 1,
    mtu: MTU,
    mac: new Uint8Array([2, 0, 0, 0, 0, last]),
    caps: 0,
    other: null,
    slots: [],
    sizes: [],
    waiting: 0,
    lost: 0,
    send(b, o, n) {
      const to = c.other
      if ((rand() >>> 1) % LOST === 0 || to.waiting === to.slots.length) {
        c.lost++
        return 0
      }
      to.slots[to.waiting].set(b.subarray(o, o + n))
      to.sizes[to.waiting++] = n
      return 0
    },
    recv() {},
  }
  for (let i = 0; i < 32; i++) c.slots.push(new Uint8Array(MTU + 14))
  return c
}
const far = card(2)
const near = card(1)
far.other = near
near.other = far

const env = { now: () => now, rand }
const m = firmware(env, far)
const h = host(env)
const ip = ipv4(h, ethernet(h, near), { address: { address: new Uint8Array([10, 0, 0, 1]), length: 24 } })
const slots = { windowScale: wscale(), timestamps: timestamps(), sack: sack(), fastOpen: tfo() }
const t = tcp(ip, slots)

function deliver(c, device, machine) {
  const n = c.waiting
  for (let i = 0; i < n; i++) device.recv(c.slots[i], 0, c.sizes[i], 0)
  // What came meanwhile comes next.
  for (let i = n; i < c.waiting; i++) {
    c.slots[i - n].set(c.slots[i])
    c.sizes[i - n] = c.sizes[i]
  }
  c.waiting -= n
  machine.poll()
}
/** Lets time pass, until it is so. */
function pass(ms, is) {
  const end = now + ms
  while (now < end && !is?.()) {
    deliver(far, far, m.h)
    deliver(near, near, h)
    const waits = [m.h.wait(), h.wait()]
    let wait = far.waiting || near.waiting ? 1 : end - now
    for (let i = 0; i < 2; i++) if (waits[i] >= 0 && waits[i] < wait) wait = waits[i]
    now += wait
  }
  return !is || is()
}
function usedOf(x) {
  let n = 0
  for (let i = 0; i < x.engines.length; i++) n += x.engines[i].used()
  return n
}

/** Nobody hears it for longer than a connection may take to end: records in use then, and octets, of packets that wait. */
function rest() {
  far.other = near.other = { slots: [], waiting: 0 }
  pass(300000)
  // A queue that has been emptied keeps its octets for a second: what counts is the least of some seconds.
  let least = m.h.pool.used
  pass(10000, () => {
    least = Math.min(least, m.h.pool.used)
    return false
  })
  far.other = near
  near.other = far
  return `${usedOf(m.h)} records, ${least} octets`
}

const start = rest()
let readings = 0
const b = new Uint8Array(1024)
const collector = t.listen(5000, {
  onReadable(c) {
    t.read(c, b)
    readings++
    t.write(c, b, 0, 1)
    t.release(c)
  },
})
serve(t, collector)
expect(
  pass(READINGS * 20000, () => readings === READINGS),
  `${readings} readings`,
)

/** A stream from one stack to the other, whose octets are told from their places. */
function stream(from, to, address, port) {
  let sent = 0
  let got = 0
  let ends = 0
  const listener = to.listen(port, {
    onReadable(c) {
      for (let n = 0; (n = to.read(c, b)) > 0; got += n)
        for (let i = 0; i < n; i++) expect(b[i] === (((got + i) * 7) & 255), `octet ${got + i}`)
    },
    onEnd: c => void to.close(c),
    onClose: (_c, code) => void expect(!code && ++ends, `receiver: ${code}`),
  })
  const block = new Uint8Array(1024)
  from.connect(address, port, {
    onWritable(c) {
      while (sent < OCTETS) {
        const n = Math.min(block.length, OCTETS - sent)
        for (let i = 0; i < n; i++) block[i] = (sent + i) * 7
        const taken = from.write(c, block, 0, n)
        if (taken <= 0) return
        sent += taken
      }
      from.close(c)
    },
    onClose: (_c, code) => void expect(!code && ++ends, `sender: ${code}`),
  })
  expect(typeof listener === 'object', 'listen')
  pass(3600000, () => ends === 2)
  expect(ends === 2 && got === OCTETS, `${got} of ${OCTETS} octets`)
}
stream(m.t, t, new Uint8Array([10, 0, 0, 1]), 9)
stream(t, m.t, new Uint8Array([10, 0, 0, 2]), 9)

let pages = 0
let fast = 0
const page = {
  onReadable(c) {
    while (t.read(c, b) > 0);
  },
  onEnd: c => void t.close(c),
  onClose: (_c, code) => void (pages += code ? 0 : 1),
}
for (let i = 0; i < PAGES; i++) {
  const before = pages
  const c = connect(t, new Uint8Array([10, 0, 0, 2]), 80, page, new Uint8Array(1))
  expect(typeof c === 'object', `connect: ${c}`)
  pass(120000, () => pages > before)
  expect(pages > before, `page ${i}`)
  if (c.fastOpen.isAccepted) fast++
}

const end = rest()
expect(end === start, `${start} at rest, and ${end}`)
print(
  `${READINGS} readings, ${OCTETS} octets each way, ${PAGES} pages of counters (${fast} with Fast Open), ${far.lost + near.lost} frames lost; ${start} before and after`,
)
