// A firmware that needs nothing but print(): it pings and greets a second machine at the other end of a wire in memory.
// On a board, env is its timer and its random bits, dev is its network card, and drive() takes the place of sim.
import { host } from '@tiny/core'
import { strict } from '@tiny/core/strict'
import { address, addressText, prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { ping } from '@tiny/ping'
import { sim } from '@tiny/sim'
import { udp } from '@tiny/udp'

const net = sim(strict('sim', { seed: 5 }))
const ends = net.wire(strict('wire', { delay: 3, queue: 4096, frames: 8 }))

function machine(dev, own) {
  const h = host(net.env(), strict('core', { pool: 8192 }))
  const ip = ipv4(h, ethernet(h, dev), strict('ipv4', { address: prefix(own), reassemblies: 2 }))
  net.host(h, dev)
  return ip
}
const near = machine(ends[0], '10.0.0.1/24')
const far = machine(ends[1], '10.0.0.2/24')
const peer = address('10.0.0.2')

udp(far).bind(7, {
  onDatagram: (_s, b, o, n, a) => print(`${n} octets from ${addressText(b, a)}, the first one is ${b[o]}`),
})
const u = udp(near)
const socket = u.bind(0, {})
const pings = ping(near)
const pinger = pings.open({
  onReply: (_s, seq, rttMs) => print(`ping ${seq} answered after ${rttMs} ms`),
  onError: (_s, seq, code) => print(`ping ${seq} failed: ${code}`),
})
const reading = new Uint8Array(8)
for (let i = 0; i < 3; i++) {
  net.after(i * 100, () => pings.send(pinger, peer, 0))
  net.after(i * 100 + 50, () => {
    reading[0]++
    u.send(socket, reading, 0, reading.length, peer, 0, 7)
  })
}
net.run(1000)
print('done')
