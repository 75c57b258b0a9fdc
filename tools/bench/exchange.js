// A stream between two stacks in an interpreter that counts: globalThis.bits chooses the options, print() says when the
// connection stands and when the stream is over.
import { host } from '@tiny/core'
import { address, prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { pair } from '@tiny/sim'
import { tcp } from '@tiny/tcp'
import { sack } from '@tiny/tcp/sack'
import { timestamps } from '@tiny/tcp/timestamps'
import { wscale } from '@tiny/tcp/wscale'
import { rand } from '../machine/rand.js'

/* global print, bits, segments, mss */

const wire = pair({ mtu: 1500, frames: 64 })
let now = 0
const env = { now: () => now, rand }
const stack = (dev, own) => {
  const h = host(env, { pool: 1 << 18 })
  const slots = {}
  if (bits & 1) slots.windowScale = wscale()
  if (bits & 2) slots.timestamps = timestamps()
  if (bits & 4) slots.sack = sack()
  return {
    h,
    t: tcp(ipv4(h, ethernet(h, dev), { address: prefix(own) }), { ...slots, sendBuffer: 16384, receiveBuffer: 16384 }),
  }
}
const one = stack(wire.a, '10.0.0.1/24')
const two = stack(wire.b, '10.0.0.2/24')
const b = new Uint8Array(16384)
const total = segments * mss
let got = 0
let sent = 0
two.t.listen(80, {
  onReadable(c) {
    got += two.t.read(c, b)
  },
})
let c
const fill = x => {
  c = x
  while (sent < total) {
    const n = one.t.write(x, b, 0, Math.min(total - sent, b.length))
    if (n <= 0) return
    sent += n
  }
}
let isOpen = false
one.t.connect(address('10.0.0.2'), 80, { onWritable: x => void (isOpen ? fill(x) : (c = x)) })
function turn() {
  now++
  one.h.poll()
  wire.deliver()
  two.h.poll()
  wire.deliver()
}
for (let i = 0; i < 10; i++) turn()
print('stands')
isOpen = true
fill(c)
while (got < total) turn()
print('over')
