// What a machine does, part by part: a behaviour either needs parts that are there, and is as it should be, or it is refused
// in the documented way; what has nothing to do with a part does not change with it.
import { type Dev, EMSGSIZE, ENETUNREACH, type Env, type FastOpenTcp, host, type Observer } from '@tiny/core'
import { address, prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { fragment } from '@tiny/ipv4/fragment'
import type { Mib } from '@tiny/mib'
import { snapshot } from '@tiny/mib/proc'
import { ping } from '@tiny/ping'
import { raw, type WholeRaw } from '@tiny/raw'
import type { Packet } from '@tiny/raw/packet'
import { sim } from '@tiny/sim'
import { type Connection, status, tcp } from '@tiny/tcp'
import { sack } from '@tiny/tcp/sack'
import { timestamps } from '@tiny/tcp/timestamps'
import { wscale } from '@tiny/tcp/wscale'
import { connect, type serve, tfo } from '@tiny/tfo'
import type { Socket } from '@tiny/udp'
import { udp } from '@tiny/udp'

type Udp = ReturnType<typeof udp>
type Ping = ReturnType<typeof ping>
type Tcp = ReturnType<typeof tcp>

/** What firmware() of a subset returns. */
export interface Machine {
  h: ReturnType<typeof host>
  dev: Dev
  udp: Udp | undefined
  connect: ((s: Socket, address: Uint8Array, port: number) => void) | undefined
  ping: Ping | undefined
  tcp: Tcp | undefined
  /** Only with the part `tfo`, which fills the slot of tcp that it wants. */
  serve: typeof serve | undefined
  /** Its type has sendWhole only with the part `header`; JavaScript calls it anyway. */
  raw: WholeRaw | undefined
  packets: Packet<Dev> | undefined
  counters: Mib | undefined
}

export type Firmware = (
  env: Env,
  card: Dev,
  observer: Observer,
  write: (b: Uint8Array, o: number, n: number) => void,
) => Machine

const PORT = 7
const OURS = address('10.0.0.2')
const PEER = address('10.0.0.1')
const BEYOND = address('192.0.2.1')
const MYSELF = address('127.0.0.1')

function world(firmware: Firmware) {
  const s = sim({ seed: 7, start: 0x7fffff00 })
  const ends = s.wire({ delay: 1 })
  const seen = { drops: [] as number[], captured: 0, frames: 0 }
  const m = firmware(
    s.env(),
    ends[0],
    { drop: id => void seen.drops.push(id) },
    (_b, _o, n) => void (seen.captured += n),
  )
  s.host(m.h, m.dev)
  const h = host(s.env(), { room: 4000, pool: 1 << 20 })
  const ip = ipv4(h, ethernet(h, ends[1]), { address: prefix('10.0.0.1/24'), maxDatagram: 4000, fragment: fragment() })
  const slots = {
    windowScale: wscale(),
    receiveBuffer: 1 << 17,
    timestamps: timestamps(),
    sack: sack(),
    fastOpen: tfo(),
  }
  const peer = { h, udp: udp(ip), ping: ping(ip), tcp: tcp(ip, slots), raw: raw(ip) }
  s.host(h, ends[1])
  return { s, ends, m, peer, seen }
}

type World = ReturnType<typeof world>

const ask = (w: World, size: number): string => {
  let result = 'no reply'
  const q = w.peer.ping.open({
    onReply: (_s, _seq, _ms, n) => {
      result = n === size ? 'whole' : `truncated to ${n}`
    },
  })
  if (typeof q !== 'number') w.peer.ping.send(q, OURS, 0, { size })
  w.s.run(2000)
  return result
}

const sendTo = (w: World, to: Uint8Array, n: number): string => {
  const u = w.m.udp
  if (!u) return 'no verb'
  const socket = u.bind(1000, {})
  if (typeof socket === 'number') return `bind ${socket}`
  const k = u.send(socket, new Uint8Array(n), 0, n, to, 0, PORT)
  return k < 0 ? `refused ${-k}` : 'sent'
}

/** What each behaviour looks like with a set of parts. */
export const behaviours: {
  readonly [name: string]: { run(w: World): string; expect(has: (part: string) => boolean): string }
} = {
  'answers ping': { run: w => ask(w, 56), expect: () => 'whole' },
  'answers a ping larger than the MTU': {
    run: w => ask(w, 3000),
    expect: has => (has('fragment') ? 'whole' : 'truncated to 1472'),
  },
  'echoes UDP, or says that nobody takes it': {
    run(w) {
      let result = 'nothing'
      const u = w.m.udp
      u?.bind(PORT, { onDatagram: (s, b, o, n, a, port) => void u.send(s, b, o, n, b, a, port) })
      const socket = w.peer.udp.bind(1000, {
        onDatagram: (_s, _b, _o, n) => {
          result = `echo of ${n}`
        },
        onError: (_s, code) => {
          result = `error ${-code}`
        },
      })
      if (typeof socket !== 'number') w.peer.udp.send(socket, new Uint8Array(100), 0, 100, OURS, 0, PORT)
      w.s.run(1000)
      return result
    },
    expect: has => (has('udp') ? 'echo of 100' : 'error 93'),
  },
  'sends UDP': { run: w => sendTo(w, PEER, 100), expect: has => (has('udp') ? 'sent' : 'no verb') },
  'sends UDP larger than the MTU': {
    run: w => sendTo(w, PEER, 3000),
    expect: has => (has('udp') ? (has('fragment') ? 'sent' : `refused ${EMSGSIZE}`) : 'no verb'),
  },
  'sends UDP beyond the link': {
    run: w => sendTo(w, BEYOND, 100),
    expect: has => (has('udp') ? (has('gateway') ? 'sent' : `refused ${ENETUNREACH}`) : 'no verb'),
  },
  'sends UDP to itself': {
    run: w => sendTo(w, MYSELF, 100),
    expect: has => (has('udp') ? (has('local') ? 'sent' : `refused ${ENETUNREACH}`) : 'no verb'),
  },
  'receives from one peer only': {
    run(w) {
      const u = w.m.udp
      if (!u || !w.m.connect) return 'no verb'
      let got = 0
      const socket = u.bind(PORT, { onDatagram: () => void got++ })
      if (typeof socket === 'number') return `bind ${socket}`
      w.m.connect(socket, PEER, 1000)
      for (const port of [1000, 1001]) {
        const from = w.peer.udp.bind(port, {})
        if (typeof from !== 'number') w.peer.udp.send(from, new Uint8Array(1), 0, 1, OURS, 0, PORT)
        w.s.run(1000)
      }
      return `${got} of 2`
    },
    expect: has => (has('connect') ? '1 of 2' : 'no verb'),
  },
  pings: {
    run(w) {
      const p = w.m.ping
      if (!p) return 'no verb'
      let result = 'no reply'
      const q = p.open({
        onReply: (_s, _seq, _ms, n) => {
          result = `reply of ${n}`
        },
      })
      if (typeof q !== 'number') p.send(q, PEER, 0)
      w.s.run(2000)
      return result
    },
    expect: has => (has('ping') ? 'reply of 56' : 'no verb'),
  },
  'takes a connection, resets it, or says that nobody takes TCP': {
    run(w) {
      let result = 'nothing'
      const t = w.m.tcp
      const b = new Uint8Array(100)
      t?.listen(80, {
        onReadable: c => {
          const n = t.read(c, b)
          t.write(c, b, 0, n)
          t.release(c)
        },
      })
      let got = 0
      w.peer.tcp.connect(OURS, 80, {
        onWritable: (c: Connection) => void w.peer.tcp.write(c, b),
        onReadable: c => {
          got += w.peer.tcp.read(c, b)
        },
        onEnd: c => void w.peer.tcp.close(c),
        onClose: (_c, code) => {
          result = `closed ${-code} after ${got}`
        },
      })
      w.s.run(10000)
      return result
    },
    expect: has => (has('tcp') ? 'closed 0 after 100' : 'closed 93 after 0'),
  },
  'takes what comes with a SYN, or by and by': {
    run(w) {
      const said: string[] = []
      const t = w.m.tcp
      const b = new Uint8Array(100)
      const l = t?.listen(80, {
        onReadable: c => {
          const n = t.read(c, b)
          t.write(c, b, 0, n)
          t.release(c)
        },
      })
      if (typeof l === 'object') w.m.serve?.(t as FastOpenTcp, l)
      for (let i = 0; i < 2; i++) {
        let got = 0
        let isFast = false
        const handlers = {
          onWritable: (c: Connection) => void (isFast = status(w.peer.tcp, c).hasFastOpen),
          onReadable: (c: Connection) => void (got += w.peer.tcp.read(c, b)),
          onEnd: (c: Connection) => void w.peer.tcp.close(c),
          onClose: (_c: Connection, code: number) => void said.push(`${isFast ? 'fast' : 'plain'} ${got} ${-code}`),
        }
        connect(w.peer.tcp, OURS, 80, handlers, b)
        w.s.run(10000)
      }
      return said.join(', ')
    },
    expect: has =>
      has('tfo') ? 'plain 100 0, fast 100 0' : has('tcp') ? 'plain 100 0, plain 100 0' : 'plain 0 93, plain 0 93',
  },
  'uses the options of TCP that it has, of those that the peer has': {
    run(w) {
      const t = w.m.tcp
      if (!t) return 'no verb'
      w.peer.tcp.listen(80, {})
      let result = 'nothing'
      t.connect(PEER, 80, {
        onWritable(c) {
          const s = status(t, c)
          result = `${s.sndShift},${s.rcvShift},${s.hasTimestamps},${s.hasSack},${s.mss}`
        },
      })
      w.s.run(2000)
      return result
    },
    expect(has) {
      const shift = has('wscale') ? 2 : 0
      const stamps = has('timestamps')
      return has('tcp') ? `${shift},${shift},${stamps},${has('sack')},${stamps ? 1448 : 1460}` : 'no verb'
    },
  },
  'takes protocol 89, or says that nobody does': {
    run(w) {
      let result = 'nothing'
      const r = w.m.raw
      r?.open(89, { onDatagram: (s, b, o, n, a) => void r.send(s, b, o + 20, n - 20, b, a) })
      const s = w.peer.raw.open(89, {
        onDatagram: (_s, _b, _o, n) => {
          result = `${n - 20} back`
        },
        onError: (_s, code) => {
          result = `error ${-code}`
        },
      })
      if (typeof s !== 'number') w.peer.raw.send(s, new Uint8Array(9), 0, 9, OURS, 0)
      w.s.run(2000)
      return result
    },
    expect: has => (has('raw') ? '9 back' : 'error 93'),
  },
  "sends a datagram with the application's own header": {
    run(w) {
      const r = w.m.raw
      let got = 0
      w.peer.raw.open(89, { onDatagram: (_s, b, o) => void (got = b[o + 1] ?? 0) })
      const s = r?.open(89, {})
      if (!r || typeof s !== 'object') return 'no verb'
      const b = Uint8Array.of(0x45, 0x28, 0, 0, 0, 0, 0, 0, 9, 89, 0, 0, 0, 0, 0, 0, 10, 0, 0, 1)
      const answer = r.sendWhole(s, b, 0, 20)
      w.s.run(2000)
      return `${answer}, TOS ${got}`
    },
    expect: has => (has('header') ? '20, TOS 40' : has('raw') ? '-95, TOS 0' : 'no verb'),
  },
  'sees its frames': {
    run(w) {
      const kinds: number[] = []
      const s = w.m.packets?.open(0x806, { onFrame: (_s, _b, _o, _n, _length, kind) => void kinds.push(kind) })
      const q = w.peer.ping.open({})
      if (typeof q !== 'number') w.peer.ping.send(q, OURS, 0)
      w.s.run(100)
      return typeof s === 'object' ? kinds.join() : 'no verb'
    },
    expect: has => (has('packet') ? '1,4' : 'no verb'),
  },
  'takes RFC 1042 frames': {
    run(w) {
      // An ARP request for us in SNAP: who takes it, answers.
      const f = new Uint8Array(60)
      f.set([255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 9, 9, 0, 36, 0xaa, 0xaa, 3, 0, 0, 0, 8, 6])
      f.set([0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 9, 9, 10, 0, 0, 9, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2], 22)
      const before = w.ends[0].stats.sent
      w.ends[1].send(f, 0, f.length)
      w.s.run(100)
      return w.ends[0].stats.sent > before ? 'answered' : 'dropped'
    },
    expect: has => (has('snap') ? 'answered' : 'dropped'),
  },
  'says what it drops': {
    run(w) {
      const f = new Uint8Array(60)
      f.set([255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 9, 9, 0x86, 0xdd])
      w.ends[1].send(f, 0, f.length)
      w.s.run(100)
      return w.seen.drops.join(' ')
    },
    expect: has => (has('observer') ? '104' : ''),
  },
  counts: {
    run(w) {
      ask(w, 56)
      return w.m.counters ? `${snapshot(w.m.counters)['Icmp']?.['InEchos']} echo` : 'no counters'
    },
    expect: has => (has('mib') ? '1 echo' : 'no counters'),
  },
  captures: {
    run(w) {
      ask(w, 56)
      return w.seen.captured > 0 ? 'octets' : 'none'
    },
    expect: has => (has('capture') ? 'octets' : 'none'),
  },
  'comes to rest': {
    run(w) {
      ask(w, 56)
      w.s.run(200000)
      return `${w.m.h.pool.used} octets, ${w.m.h.lost} lost`
    },
    expect: () => '0 octets, 0 lost',
  },
}

/** Runs all behaviours of a firmware. @returns what is not as expected */
export function faults(firmware: Firmware, names: readonly string[]): string[] {
  const found: string[] = []
  for (const [name, { run, expect }] of Object.entries(behaviours)) {
    const wanted = expect(part => names.includes(part))
    let got: string
    try {
      got = run(world(firmware))
    } catch (error) {
      got = `threw ${error}`
    }
    if (got !== wanted) found.push(`${name}: ${got}, not ${wanted}`)
  }
  return found
}
