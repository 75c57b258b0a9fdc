// Our stack on a virtual clock and a wire without an end.
import { type Dev, DLT_EN10MB, type Env, host, type Tcp } from '@tiny/core'
import { ethernet, neighbour } from '@tiny/ethernet'
import { ipv4, join } from '@tiny/ipv4'
import { fragment } from '@tiny/ipv4/fragment'
import { sendWhole } from '@tiny/ipv4/header'
import { local } from '@tiny/ipv4/local'
import { mib } from '@tiny/mib'
import { type Snapshot, snapshot } from '@tiny/mib/proc'
import { ping } from '@tiny/ping'
import { raw } from '@tiny/raw'
import { type Connection, type Listener, tcp, tune } from '@tiny/tcp'
import { sack } from '@tiny/tcp/sack'
import { timestamps } from '@tiny/tcp/timestamps'
import { rotate, serve, tfo } from '@tiny/tfo'
import { udp } from '@tiny/udp'
import { OWN, OWN_MAC, PEER, PEER_MAC, quad } from './frames.ts'
import type { Handle, Subject } from './subject.ts'

const bytes = (text: string): Uint8Array => Uint8Array.from(quad(text))

interface Open {
  close(): void
  c?: Connection
  accepted?: Handle[]
  l?: Listener
  send?(to: string, port: number, n: number): number
}

export function ours(): Subject {
  let now = 0x7fff0000
  let seed = 1
  const env: Env = { now: () => now | 0, rand: () => (seed = (Math.imul(seed, 1664525) + 1013904223) | 0) }
  const sent: Uint8Array[] = []
  const counters = mib()
  const h = host(env, { room: 4000, pool: 1 << 20, observer: counters })
  const dev: Dev = {
    type: DLT_EN10MB,
    mtu: 1500,
    mac: Uint8Array.from(OWN_MAC),
    caps: 0,
    send(b, o, n) {
      sent.push(b.slice(o, o + n))
      return 0
    },
    recv() {},
  }
  const link = ethernet(h, dev)
  // The kernel has its own copy of what it sends to groups.
  const ip = ipv4(h, local(h, link), {
    address: { address: bytes(OWN), length: 24 },
    fragment: fragment(),
    maxDatagram: 4000,
    reassemblies: 32,
  })
  counters.ip = ip
  const u = udp(ip)
  const t = tcp(ip, {
    sendBuffer: 16384,
    receiveBuffer: 16384,
    timestamps: timestamps(),
    sack: sack(),
    fastOpen: tfo(),
  })
  const p = ping(ip)
  const r = raw(ip, { whole: sendWhole })
  neighbour(link, bytes(PEER), Uint8Array.from(PEER_MAC))
  const open: Open[] = []
  const put = (x: Open): Handle => open.push(x) - 1
  const must = <T>(x: T | number): T => {
    if (typeof x === 'number') throw new Error(`error ${x}`)
    return x
  }

  function run(ms: number, frames = Infinity): void {
    const end = now + ms
    const all = sent.length + frames
    h.poll()
    for (;;) {
      const wait = h.wait()
      if (wait < 0 || now + wait > end || sent.length >= all) break
      now += wait
      h.poll()
    }
    if (sent.length < all) {
      now = end
      h.poll()
    }
  }
  const buffer = new Uint8Array(8192)
  const connection = (s: Handle): Connection => open[s]!.c!

  return {
    isKernel: false,
    async inject(frame) {
      const b = frame.slice()
      dev.recv(b, 0, b.length, 0)
      b.fill(0xa5)
      run(0)
    },
    take: () => sent.splice(0, sent.length),
    async wait(ms, frames) {
      // Our clocks are slower, and it is only virtual time: what is waited for comes.
      run(frames ? 100 * ms : ms, frames)
    },
    async snapshot(): Promise<Snapshot> {
      h.poll()
      return snapshot(counters, { ip, tcp: t as Tcp })
    },
    async udp(port, queue) {
      const s = must(u.bind(port, {}, queue ? { queue } : {}))
      return put({
        close: () => u.close(s),
        send(to, port, n) {
          const error = u.send(s, buffer, 0, n, bytes(to), 0, port)
          return Math.min(error, 0)
        },
      })
    },
    udpSend: async (s, to, port, n) => open[s]!.send!(to, port, n),
    async listen(port, backlog) {
      const accepted: Handle[] = []
      const l = must(
        t.listen(
          port,
          {
            onWritable(c) {
              if (c.app !== undefined) return
              c.app = put({ close: () => void t.abort(c), c })
              accepted.push(c.app as Handle)
            },
          },
          backlog === undefined ? {} : { backlog },
        ),
      )
      const { unlisten } = await import('@tiny/tcp')
      return put({ close: () => unlisten(t, l), accepted, l })
    },
    async serve(s) {
      serve(t, open[s]!.l!)
    },
    async connect(to, port, own) {
      const c = t.connect(bytes(to), port, {}, { port: own })
      run(0)
      return typeof c === 'number' ? c : put({ close: () => void t.abort(c), c })
    },
    async accept(s) {
      const a = open[s]!.accepted!.shift()
      if (a === undefined) throw new Error('nothing to accept')
      return a
    },
    async read(c) {
      while (t.read(connection(c), buffer) > 0);
      run(0)
    },
    async write(c, n) {
      t.write(connection(c), buffer, 0, n)
      run(0)
    },
    async rotate() {
      rotate(t)
    },
    async tune(c, isKept, userTimeout) {
      tune(t, connection(c), isKept ? { keepAlive: 1000, userTimeout } : { userTimeout })
      run(0)
    },
    async shutdown(c) {
      t.close(connection(c))
      run(0)
    },
    async release(c) {
      t.release(connection(c))
      run(0)
    },
    async abort(c) {
      t.abort(connection(c))
      run(0)
    },
    async ping(to, n) {
      const s = must(p.open({}))
      const k = p.send(s, bytes(to), 0, { size: n })
      run(0)
      p.close(s)
      return Math.min(k, 0)
    },
    async raw(to, proto, n) {
      const s = must(r.open(proto, {}))
      const k = r.send(s, buffer, 0, n, bytes(to), 0)
      r.close(s)
      run(0)
      return Math.min(k, 0)
    },
    async whole(b) {
      const s = must(r.open(255, {}))
      const k = r.sendWhole(s, b, 0, b.length)
      r.close(s)
      run(0)
      return Math.min(k, 0)
    },
    async join(group) {
      join(ip, bytes(group))
    },
    async clean() {
      for (const x of open.splice(0, open.length)) x.close()
      run(2000)
      // What is in TIME-WAIT is over, and so are limits.
      run(200000)
      sent.length = 0
    },
  }
}
