// npm start [-- EXPRESSION]: two machines on a wire; one of them writes capture.pcapng, as far as the expression allows.
import { closeSync, openSync, writeSync } from 'node:fs'
import { host } from '@tiny/core'
import { strict } from '@tiny/core/strict'
import { address, prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { sim } from '@tiny/sim'
import { udp } from '@tiny/udp'
import { firmware } from './firmware.js'

const expression = process.argv.slice(2).join(' ') || 'udp port 7'
const net = sim(strict('sim', { seed: 1 }))
const [near, far] = net.wire(strict('wire', { delay: 5 }))

const fd = openSync('capture.pcapng', 'w')
const write = (b, o, n) => void writeSync(fd, b, o, n)
const { h, outer, file } = firmware(net.env(), far, prefix('10.0.0.2/24'), expression, write)
net.host(h, outer)

const own = host(net.env(), strict('core', { pool: 8192 }))
const u = udp(ipv4(own, ethernet(own, near), strict('ipv4', { address: prefix('10.0.0.1/24') })))
net.host(own, near)
let echoed = 0
const socket = u.bind(0, { onDatagram: () => void echoed++ })
for (let i = 0; i < 10; i++) {
  const text = Uint8Array.from(`datagram ${i}`, c => c.charCodeAt(0))
  u.send(socket, text, 0, text.length, address('10.0.0.2'), 0, i % 2 ? 7 : 9)
  net.run(100, () => false)
}
closeSync(fd)
console.log(`${echoed} of 10 datagrams came back; '${expression}' let ${file.packets} packets into capture.pcapng`)
process.exitCode = echoed === 10 ? 0 : 1
