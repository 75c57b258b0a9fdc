// A host with ethernet on a fake device and a virtual clock, through the public surface only.
import { type Dev, HEAD, type Host, host, type Link } from '@tiny/core'
import { type Ethernet, type EthernetOptions, ethernet } from '@tiny/ethernet'
import { snap } from '@tiny/ethernet/snap'
import { int, mac, macOf, OWN, OWN_MAC, packet, quad, said } from './frame.ts'

export interface Setup extends EthernetOptions {
  /** null: none yet. */
  address?: string | null
  /** What the clock shows at first. */
  start?: number
  pool?: number
  caps?: number
  /** Frames of RFC 1042 too. */
  snap?: boolean
  /** The device has no filter for groups. */
  isDeaf?: boolean
}

export interface Up {
  data: number[]
  flags: number
}

export interface Station {
  readonly h: Host
  readonly link: Ethernet
  readonly dev: Dev
  /** Milliseconds since the start. */
  now: number
  /** What the device answers, 0 at first; what its join() answers. */
  answer: number
  joined: number
  mtu: number
  /** Groups as the device was told: `join 01:00:5e:00:00:01`. */
  readonly groups: string[]
  /** Frames taken by the device, whole. */
  readonly frames: Uint8Array[]
  /** The same in words since the last call, with their times in milliseconds in front if asked for. */
  take(timed?: boolean): string[]
  /** Ids of what was dropped since the last call. */
  drops(): number[]
  /** What was handed up since the last call. */
  ups(): Up[]
  /** What lost() was told since the last call: hop and data. */
  lost(): string[]
  /** A frame comes in; its buffer is overwritten when the call returns. Then the host is polled. */
  receive(octets: readonly number[], flags?: number): void
  /** The same without the poll. */
  deliver(octets: readonly number[], flags?: number): void
  /** Sends a packet with this data behind its header to a hop. */
  send(hop: string, data?: readonly number[], at?: number, more?: boolean, tos?: number): number
  /** Time passes, the host is polled when it asks for it. */
  run(ms: number): void
  /** Time passes without a poll. */
  sleep(ms: number): void
  used(): number
}

const AROUND = 23

export function station(setup: Setup = {}): Station {
  const { address = OWN, start = 0, pool = 65536, caps = 0, isDeaf = false, ...options } = setup
  delete (options as Setup).snap
  const frames: Uint8Array[] = []
  const times: number[] = []
  const words: string[] = []
  const drops: number[] = []
  const ups: Up[] = []
  const lost: string[] = []
  const groups: string[] = []
  let rand = 1
  let mtu = 1500
  let isInside = false
  const h = host(
    { now: () => (start + s.now) | 0, rand: () => (rand = Math.imul(rand, 1103515245) + 12345) },
    {
      pool,
      observer: {
        drop(id, b, o, n) {
          if (n < 0 || o < 0 || o + n > b.length) throw new Error(`drop of ${n} at ${o} of ${b.length}`)
          drops.push(id)
        },
      },
    },
  )
  const dev: Dev = {
    type: 1,
    get mtu() {
      return mtu
    },
    mac: Uint8Array.from(mac(OWN_MAC)),
    caps,
    send(b, o, n) {
      if (o < 0 || n < 14 || o + n > b.length) throw new Error(`send of ${n} at ${o} of ${b.length}`)
      if (n - 14 > mtu) throw new Error(`${n} octets are more than the MTU`)
      const copy = b.slice(o, o + n)
      if (s.answer) return s.answer
      if (macOf(copy, 6) !== OWN_MAC) throw new Error(`sent by ${macOf(copy, 6)}`)
      frames.push(copy)
      times.push(s.now)
      words.push(said(copy))
      return 0
    },
    recv() {},
  }
  if (!isDeaf) {
    dev.join = (b, o) => {
      groups.push(`join ${macOf(b, o)}`)
      return s.joined
    }
    dev.leave = (b, o) => void groups.push(`leave ${macOf(b, o)}`)
  }
  const link = ethernet(h, setup.snap ? snap(h, dev) : dev, options)
  if (address) link.address = Uint8Array.from(quad(address))
  ;(link as Link).recv = (b, o, n, flags) => void ups.push({ data: Array.from(b.subarray(o, o + n)), flags })
  link.lost = (b, o, n, hop) => {
    lost.push(
      `${[24, 16, 8, 0].map(k => (hop >>> k) & 255).join('.')}: ${Array.from(b.subarray(o + 20, o + n)).join()}`,
    )
    if (b[o] !== 0x45) throw new Error('lost: no IP header')
  }
  const s: Station = {
    h,
    link,
    dev,
    now: 0,
    answer: 0,
    joined: 0,
    get mtu() {
      return mtu
    },
    set mtu(octets) {
      mtu = octets
    },
    groups,
    frames,
    take(timed) {
      const list = words.splice(0).map((w, i) => (timed ? `${times[i]} ${w}` : w))
      times.length = 0
      return list
    },
    drops: () => drops.splice(0),
    ups: () => ups.splice(0),
    lost: () => lost.splice(0),
    deliver(octets, flags = 0) {
      const b = new Uint8Array(octets.length + 2 * AROUND).fill(0x5a)
      b.set(octets, AROUND)
      if (isInside) throw new Error('receive inside of receive')
      isInside = true
      dev.recv(b, AROUND, octets.length, flags)
      isInside = false
      b.fill(0xa5)
    },
    receive(octets, flags) {
      s.deliver(octets, flags)
      h.poll()
    },
    send(hop, data = [1], at, more, tos) {
      const p = packet(data, at, more, tos)
      h.tx.fill(0x77)
      h.tx.set(p, HEAD)
      const answer = link.send(h.tx, HEAD, p.length, int(hop))
      for (let i = 0; i < HEAD - 18; i++)
        if (h.tx[i] !== 0x77) throw new Error(`more than 18 octets in front are overwritten: ${HEAD - i}`)
      if (h.tx.subarray(HEAD, HEAD + p.length).some((x, i) => x !== p[i])) throw new Error('the packet is changed')
      h.tx.fill(0xee)
      return answer
    },
    run(ms) {
      const end = s.now + ms
      for (let polls = 0; ; polls++) {
        const wait = h.wait()
        if (wait < 0 || s.now + wait > end) break
        if (polls > 10000) throw new Error('polls without end')
        s.now += wait
        h.poll()
      }
      s.now = end
    },
    sleep(ms) {
      s.now += ms
    },
    used: () => h.engines.reduce((k, e) => k + e.used(), 0),
  }
  return s
}
