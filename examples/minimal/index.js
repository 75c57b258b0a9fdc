// Three seconds of the firmware on a simulated wire, with a machine on the other end that pings it and listens.
import { host } from '@tiny/core'
import { strict } from '@tiny/core/strict'
import { prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { ping } from '@tiny/ping'
import { sim } from '@tiny/sim'
import { udp } from '@tiny/udp'
import { network, PORT } from './config.js'
import { debug } from './debug.js'
import { firmware } from './firmware.js'

const start = process.argv.includes('--debug') ? debug : firmware
const net = sim()
const [near, far] = net.wire(strict('wire', { delay: 2 }))
net.host(start(net.env(), far), far)

const h = host(net.env())
const ip = ipv4(h, ethernet(h, near), strict('ipv4', { address: prefix('10.0.0.1/24') }))
net.host(h, near)
const say = text => console.log(`${net.now().toFixed(0).padStart(5)} ms  ${text}`)
udp(ip).bind(PORT, { onDatagram: (_s, b, o) => say(`reading ${b[o]}`) })
const pings = ping(ip)
const socket = pings.open({
  onReply: (_s, seq, rttMs) => say(`ping ${seq} answered after ${rttMs} ms`),
  onError: (_s, seq, code) => say(`ping ${seq} failed: ${code}`),
})
for (let i = 0; i < 3; i++) net.after(500 + 1000 * i, () => pings.send(socket, network.address.address, 0))
net.run(3000)
