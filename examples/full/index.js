// The firmware on a simulated wire that loses a frame in twenty, and a machine on the other end that collects its readings
// and in the end its counters.
import { host } from '@tiny/core'
import { strict } from '@tiny/core/strict'
import { prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { mib } from '@tiny/mib'
import { snapshot, snmp } from '@tiny/mib/proc'
import { raw } from '@tiny/raw'
import { sim } from '@tiny/sim'
import { tcp } from '@tiny/tcp'
import { sack } from '@tiny/tcp/sack'
import { timestamps } from '@tiny/tcp/timestamps'
import { wscale } from '@tiny/tcp/wscale'
import { connect, serve, tfo } from '@tiny/tfo'
import { COUNTERS, network, PORT, ROUTERS } from './config.js'
import { firmware } from './firmware.js'

const net = sim()
const [near, far] = net.wire(strict('wire', { delay: 2, loss: 0.05 }))
const machine = firmware(net.env(), far)
net.host(machine.h, far)

const h = host(net.env())
const ip = ipv4(h, ethernet(h, near), strict('ipv4', { address: prefix('10.0.0.1/24') }))
net.host(h, near)
const slots = { windowScale: wscale(), timestamps: timestamps(), sack: sack(), fastOpen: tfo() }
const t = tcp(ip, strict('tcp', slots))
const own = network.address.address
const b = new Uint8Array(3)
const page = new Uint8Array(4096)
const collector = t.listen(PORT, {
  onReadable(c) {
    t.read(c, b)
    console.log(
      `${net.now().toFixed(0).padStart(5)} ms  reading ${b[0]}: answered after ${b[1]} ms; ${b[2]} routers heard`,
    )
    t.write(c, Uint8Array.of(1))
    t.release(c)
  },
})
serve(t, collector)
const routers = raw(ip)
const hello = routers.open(ROUTERS, {})
const greeting = Uint8Array.of(2, 1, 0, 24, ...new Uint8Array(20))
net.after(2500, () => void routers.send(hello, greeting, 0, 24, own, 0))
// What is no hello is nobody's to count.
net.after(2600, () => void routers.send(hello, new Uint8Array(24), 0, 24, own, 0))
let got = 0
const reader = {
  onReadable: c => void (got += t.read(c, page, got)),
  onEnd(c) {
    t.close(c)
    const words = new Uint32Array(page.buffer.slice(0, got))
    const counters = mib()
    const size = counters.values.length
    for (let i = size; i < words.length; i += 2) counters.count(words[i], words[i + 1])
    counters.values.set(words.subarray(0, size))
    const lines = snmp(snapshot(counters)).split('\n')
    console.log(lines.filter(line => /^(Ip|Tcp):/.test(line)).join('\n'))
  },
}
net.after(5000, () => void connect(t, own, COUNTERS, reader, Uint8Array.of(1)))
net.run(9000)
