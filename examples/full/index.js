// The firmware on a simulated wire that loses a frame in twenty, and a machine on the other end that collects its readings
// and in the end its counters.
import { host } from '@tiny/core'
import { strict } from '@tiny/core/strict'
import { prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { raw } from '@tiny/raw'
import { sim } from '@tiny/sim'
import { tcp } from '@tiny/tcp'
import { sack } from '@tiny/tcp/sack'
import { timestamps } from '@tiny/tcp/timestamps'
import { wscale } from '@tiny/tcp/wscale'
import { tfo } from '@tiny/tfo'
import { collect, readCounters } from './collector.js'
import { network, ROUTERS } from './config.js'
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
collect(t, net.now)
const routers = raw(ip)
const hello = routers.open(ROUTERS, {})
const greeting = Uint8Array.of(2, 1, 0, 24, ...new Uint8Array(20))
net.after(2500, () => void routers.send(hello, greeting, 0, 24, own, 0))
// What is no hello is nobody's to count.
net.after(2600, () => void routers.send(hello, new Uint8Array(24), 0, 24, own, 0))
net.after(5000, () => readCounters(t, own))
net.run(9000)
