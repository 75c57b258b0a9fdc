// Two machines with counters on a simulated wire, which have talked: TCP, UDP, ping, and what nobody wants.
import { type Dev, type Host, host, type Tcp } from '@tiny/core'
import { prefix } from '@tiny/core/text'
import { type Ethernet, ethernet } from '@tiny/ethernet'
import { type Ipv4, ipv4 } from '@tiny/ipv4'
import { fragment } from '@tiny/ipv4/fragment'
import { gateways } from '@tiny/ipv4/gateway'
import { type Mib, type MibOptions, mib } from '@tiny/mib'
import { witness } from '@tiny/mib/explain'
import { type Meter, meter } from '@tiny/mib/meter'
import { ping } from '@tiny/ping'
import { type Raw, raw } from '@tiny/raw'
import { type Sim, sim } from '@tiny/sim'
import { tcp } from '@tiny/tcp'
import { type Udp, udp } from '@tiny/udp'

const B = Uint8Array.of(10, 0, 0, 2)

export interface Station {
  h: Host
  m: Mib
  w: ReturnType<typeof witness>
  link: Ethernet
  ip: Ipv4
  t: Tcp
  u: Udp
  p: ReturnType<typeof ping>
  r: Raw
  meter: Meter
}

export function stations(options?: MibOptions): { net: Sim; a: Station; b: Station } {
  const net = sim({ seed: 9 })
  const wire = net.wire({ delay: 1 })
  function station(dev: Dev, own: string): Station {
    const m = mib(options)
    const w = witness(m)
    const h = host(net.env(), { room: 4000, observer: w })
    const card = meter(dev)
    const link = ethernet(h, card)
    const ip = ipv4(h, link, {
      address: prefix(own),
      gateways: gateways([Uint8Array.of(10, 0, 0, 9)]),
      fragment: fragment(),
      maxDatagram: 4000,
    })
    m.ip = ip
    net.host(h, card)
    return { h, m, w, link, ip, t: tcp(ip) as Tcp, u: udp(ip), p: ping(ip), r: raw(ip), meter: card.meter }
  }
  return { net, a: station(wire[0], '10.0.0.1/24'), b: station(wire[1], '10.0.0.2/24') }
}

export function talk(options?: MibOptions): ReturnType<typeof stations> {
  const s = stations(options)
  const { net, a, b } = s
  const octets = new Uint8Array(3000)
  b.t.listen(80, { onReadable: c => void b.t.write(c, octets, 0, b.t.read(c, new Uint8Array(100))) })
  const c = a.t.connect(B, 80, { onWritable: c => void a.t.write(c, octets, 0, 100) })
  if (typeof c === 'number') throw new Error(`connect: ${c}`)
  b.u.bind(53, {})
  const socket = a.u.bind(4000, {})
  if (typeof socket === 'number') throw new Error(`bind: ${socket}`)
  net.run(100)
  for (const port of [53, 53, 7, 7, 7]) a.u.send(socket, octets, 0, 100, B, 0, port)
  a.u.send(socket, octets, 0, 3000, B, 0, 53)
  const q = a.p.open({})
  if (typeof q === 'number') throw new Error(`open: ${q}`)
  a.p.send(q, B, 0)
  a.t.connect(B, 81, {})
  b.r.open(89, {})
  net.run(500)
  return s
}
