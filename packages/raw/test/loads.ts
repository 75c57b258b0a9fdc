// What sockets do all day, for tools/heap: copies taken and told, cut by a filter, lost; datagrams and frames sent.
import { bpf } from '@tiny/bpf'
import { type Dev, type Host, host, type Link } from '@tiny/core'
import { ipv4 } from '@tiny/ipv4'
import { sendWhole } from '@tiny/ipv4/header'
import { raw, type Socket, type WholeRaw } from '@tiny/raw'
import { attach } from '@tiny/raw/attach'
import { packet } from '@tiny/raw/packet'
import { type Load, measure } from '../../../tools/heap/measure.ts'
import { packet as datagram, OWN, octets, PEER } from '../../ipv4/test/packet.ts'

function machine(): { h: Host; tick: () => void } {
  let now = 0x7ffff000 | 0
  let seed = 1
  const h = host({ now: () => now, micros: () => now, rand: () => (seed = Math.imul(seed, 0x9e3779b1) + 1) | 0 })
  // A poll after each packet, as a driver does it; time passes.
  let count = 0
  const tick = (): void => {
    if ((++count & 63) === 0) now = (now + 1) | 0
    h.poll()
  }
  return { h, tick }
}

function stack(queue: number): { r: WholeRaw; s: Socket; link: Link; tick: () => void } {
  const { h, tick } = machine()
  const link: Link = { type: 101, mtu: 1500, caps: 0, send: () => 0, recv() {} }
  const r = raw(ipv4(h, link, { address: { address: Uint8Array.of(10, 0, 0, 2), length: 24 } }), { whole: sendWhole })
  const s = r.open(89, { onDatagram() {}, onError() {} }, { queue })
  if (typeof s === 'number') throw new Error(`${s}`)
  return { r, s, link, tick }
}

const b = datagram({ proto: 89, payload: octets(18) })

const receiving =
  (queue: number, keep: number): Load =>
  () => {
    const { s, link, tick } = stack(queue)
    attach(s, bpf([6, 0, 0, keep]))
    return () => {
      link.recv(b, 0, b.length, 0)
      tick()
    }
  }

const to = Uint8Array.of(10, 0, 0, 9)
const whole = datagram({ src: OWN, dst: PEER, id: 0 })
const frame = Uint8Array.from([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 9, 8, 0, ...b])

measure({
  delivery: receiving(4096, 0x7fffffff),
  cut: receiving(4096, 20),
  lost: receiving(64, 0x7fffffff),
  send: () => {
    const { r, s, tick } = stack(4096)
    return () => {
      r.send(s, b, 0, 18, to, 0)
      tick()
    }
  },
  whole: () => {
    const { r, s, tick } = stack(4096)
    return () => {
      r.sendWhole(s, whole, 0, whole.length)
      tick()
    }
  },
  frames: () => {
    const { h, tick } = machine()
    const dev: Dev = { type: 1, mtu: 1500, mac: frame.slice(0, 6), caps: 0, send: () => 0, recv() {} }
    const p = packet(h, dev)
    p.open(0, { onFrame() {} })
    const s = p.open(0x806, {})
    return () => {
      dev.recv(frame, 0, frame.length, 0)
      if (typeof s !== 'number') p.send(s, frame, 0, frame.length)
      tick()
    }
  },
})
