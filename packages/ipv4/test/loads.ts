// What a stack does all day, for tools/heap: an echo, a delivery, a datagram sent, one in fragments both ways.
import { HEAD, host, type Link, type Transport } from '@tiny/core'
import { ipv4 } from '@tiny/ipv4'
import { fragment } from '@tiny/ipv4/fragment'
import { gateways } from '@tiny/ipv4/gateway'
import { type Load, measure } from '../../../tools/heap/measure.ts'
import { cut, echo, octets, packet } from './packet.ts'

/** A link that counts, and a transport that does. */
function stack(): { link: Link; h: ReturnType<typeof host>; ip: ReturnType<typeof ipv4>; tick: () => void } {
  let now = 0x7ffff000 | 0
  let seed = 1
  const h = host({ now: () => now, rand: () => (seed = Math.imul(seed, 0x9e3779b1) + 1) | 0 }, { room: 4000 })
  const link: Link = { type: 101, mtu: 1500, caps: 0, send: () => 0, recv() {} }
  const ip = ipv4(h, link, {
    address: { address: Uint8Array.of(10, 0, 0, 2), length: 24 },
    gateways: gateways([Uint8Array.of(10, 0, 0, 1), Uint8Array.of(10, 0, 0, 3)]),
    fragment: fragment(),
    maxDatagram: 4000,
  })
  const t: Transport = { proto: 253, input: () => 0, error: () => true }
  ip.add(t)
  // A poll after each packet, as a driver does it; time passes.
  let count = 0
  const tick = (): void => {
    if ((++count & 63) === 0) now = (now + 1) | 0
    h.poll()
  }
  return { link, h, ip, tick }
}

const receiving =
  (list: Uint8Array[]): Load =>
  () => {
    const { link, tick } = stack()
    let i = 0
    return () => {
      const b = list[i++ % list.length]!
      link.recv(b, 0, b.length, 0)
      tick()
    }
  }

const sending =
  (n: number, dst: number[]): Load =>
  () => {
    const { h, ip, tick } = stack()
    const pair = Uint8Array.from([...dst, 10, 0, 0, 2])
    return () => {
      for (let i = 0; i < 8; i++) h.tx[HEAD + i] = i
      ip.send(253, n, pair, 0, null)
      tick()
    }
  }

measure({
  echo: receiving([echo(octets(56))]),
  delivery: receiving([packet({ payload: octets(18) })]),
  dropped: receiving([packet({ dst: '10.0.0.7' }), packet({ sum: 1 }), packet({ src: '224.0.0.1' })]),
  unreachable: receiving([packet({ proto: 99 })]),
  reassembly: receiving(cut({ payload: octets(120) }, 40, 80)),
  'large reassembly': receiving(cut({ payload: octets(1000) }, 256, 512)),
  'large echo': receiving([echo(octets(1000))]),
  evicted: receiving(Array.from({ length: 97 }, (_, id) => cut({ id, payload: octets(100) }, 8)[0]!)),
  send: sending(18, [10, 0, 0, 9]),
  gateway: sending(18, [192, 0, 2, 7]),
  fragments: sending(3000, [192, 0, 2, 7]),
})
