// The firmware on a simulated wire, and a machine on the other end that collects its readings.
import { host } from '@tiny/core'
import { strict } from '@tiny/core/strict'
import { prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { sim } from '@tiny/sim'
import { tcp, unlisten } from '@tiny/tcp'
import { udp } from '@tiny/udp'
import { PORT } from './config.js'
import { firmware } from './firmware.js'

const net = sim()
const [near, far] = net.wire(strict('wire', { delay: 2 }))
net.host(firmware(net.env(), far).h, far)

const h = host(net.env())
const ip = ipv4(h, ethernet(h, near), strict('ipv4', { address: prefix('10.0.0.1/24') }))
net.host(h, near)
const say = text => console.log(`${net.now().toFixed(0).padStart(5)} ms  ${text}`)
udp(ip).bind(PORT, { onDatagram: (_s, b, o) => say(`reading ${b[o]} was not taken: error ${b[o + 1]}`) })
const t = tcp(ip)
const b = new Uint8Array(1)
const listener = t.listen(PORT, {
  onReadable(c) {
    t.read(c, b)
    say(`reading ${b[0]} from port ${c.peerPort}`)
    // The third answer asks for more: the next reading comes after half a second.
    t.write(c, Uint8Array.of(b[0] < 3 ? 10 : 5))
    t.close(c)
  },
})
net.after(4200, () => unlisten(t, listener))
net.run(5500)
