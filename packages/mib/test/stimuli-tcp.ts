import {
  ACK,
  FIN,
  frame,
  icmp,
  ip,
  OWN,
  octets,
  PEER,
  PSH,
  RST,
  type Seen,
  SYN,
  seen,
  type TcpFields,
  tcp,
  URG,
} from './frames.ts'
import type { Stimulus } from './stimuli.ts'
import type { Handle, Subject } from './subject.ts'

const text = (n: number): number[] => Array.from(octets(n))

/** The peer of one connection. */
interface Peer {
  /** The machine's port, and the peer's. */
  readonly to: number
  readonly from: number
  /** The peer's next number, and the machine's. */
  seq: number
  ack: number
  /** Sends a segment from these numbers on. */
  send(f?: TcpFields): Promise<void>
  /** The segments that the machine has sent since the last call. */
  take(): Seen[]
}

function peer(t: Subject, from: number, to: number, seq: number, ack: number): Peer {
  const p: Peer = {
    to,
    from,
    seq,
    ack,
    send: f => t.inject(frame(tcp({ from, to, seq: p.seq, ack: p.ack, flags: ACK, ...f }))),
    take: () =>
      t
        .take()
        .map(seen)
        .filter(s => s !== undefined),
  }
  return p
}

// Each connection has ports of its own: those before may be in TIME-WAIT.
const ports = { peer: 1000, own: 40000 }

/** The machine listens, the peer has sent a SYN and seen what came of it. */
async function half(t: Subject, more: number[] = [], port = 80, from = ++ports.peer): Promise<Peer & { l: Handle }> {
  const l = await t.listen(port)
  t.take()
  await t.inject(frame(tcp({ from, to: port, seq: 5000, flags: SYN, tcpOptions: [2, 4, 5, 0xb4, ...more] })))
  const s = t.take().map(seen)[0]!
  return Object.assign(peer(t, from, port, 5001, s.seq + 1), { l })
}

/** A connection that the peer has asked for. */
async function accepted(t: Subject, more?: number[], options: number[] = []): Promise<Peer & { c: Handle }> {
  const p = await half(t, more)
  await p.send({ tcpOptions: options })
  return Object.assign(p, { c: await t.accept(p.l) })
}

/** A connection that the machine has asked for; the peer has not answered yet. */
async function asked(t: Subject): Promise<Peer & { c: Handle }> {
  t.take()
  const own = ++ports.own
  const c = await t.connect(PEER, 5001, own)
  const s = t.take().map(seen)[0]!
  return Object.assign(peer(t, 5001, own, 7000, s.seq + 1), { c })
}

async function connected(t: Subject): Promise<Peer & { c: Handle }> {
  const p = await asked(t)
  await p.send({ flags: SYN | ACK, tcpOptions: [2, 4, 5, 0xb4] })
  p.seq++
  t.take()
  return p
}

/** The connection in each state in which something may happen to it. */
const STATES: { readonly [name: string]: (t: Subject) => Promise<Peer> } = {
  'SYN-SENT': asked,
  'SYN-RECEIVED': t => half(t),
  ESTABLISHED: t => accepted(t),
  'CLOSE-WAIT': async t => {
    const p = await accepted(t)
    await p.send({ flags: FIN | ACK })
    p.seq++
    // The kernel may keep its ACK for a while.
    await t.wait(60)
    t.take()
    return p
  },
  'LAST-ACK': async t => {
    const p = await accepted(t)
    await p.send({ flags: FIN | ACK })
    p.seq++
    await t.wait(60)
    await t.shutdown(p.c)
    t.take()
    p.ack++
    return p
  },
  'FIN-WAIT-1': async t => {
    const p = await accepted(t)
    await t.shutdown(p.c)
    t.take()
    return p
  },
  'FIN-WAIT-2': async t => {
    const p = await accepted(t)
    await t.shutdown(p.c)
    p.ack++
    await p.send()
    t.take()
    return p
  },
  CLOSING: async t => {
    const p = await accepted(t)
    await t.shutdown(p.c)
    await p.send({ flags: FIN | ACK })
    p.seq++
    t.take()
    return p
  },
  'TIME-WAIT': async t => {
    const p = await accepted(t)
    await t.shutdown(p.c)
    p.ack++
    await p.send({ flags: FIN | ACK })
    p.seq++
    t.take()
    return p
  },
}

const flagsText = (flags: number): string =>
  ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'].filter((_, i) => flags & (1 << i)).join(',') || 'no flags'

export function tcpStimuli(): Stimulus[] {
  const list: Stimulus[] = []
  const add = (name: string, run: (t: Subject) => Promise<unknown>): void =>
    void list.push({ name: `tcp: ${name}`, run: async t => void (await run(t)) })

  // Nobody is there.
  for (const flags of [SYN, ACK, FIN, RST, SYN | ACK, FIN | ACK, RST | ACK, SYN | FIN, 0, PSH | ACK, URG, 63])
    add(`${flagsText(flags)} to a closed port`, t => t.inject(frame(tcp({ to: 81, flags, seq: 100, ack: 200 }))))
  add('SYN with data to a closed port', t => t.inject(frame(tcp({ to: 81, data: text(10) }))))
  for (const dataOffset of [0, 1, 4]) add(`data offset ${dataOffset}`, t => t.inject(frame(tcp({ dataOffset }))))
  for (const dataOffset of [6, 15])
    add(`data offset ${dataOffset}, beyond the segment`, t => t.inject(frame(tcp({ dataOffset }))))
  add('wrong checksum', t => t.inject(frame(tcp({ tcpSum: 0x1234 }))))
  for (const n of [0, 8, 19])
    add(`${n} octets of a header`, t => t.inject(frame(ip({ proto: 6, payload: tcp().subarray(20, 20 + n) }))))
  add('to all', t => t.inject(frame(tcp({ dst: '255.255.255.255' }), [255, 255, 255, 255, 255, 255])))
  add('to a group', t => t.inject(frame(tcp({ dst: '224.0.0.1' }), [1, 0, 0x5e, 0, 0, 1])))
  add('to port 0', t => t.inject(frame(tcp({ to: 0 }))))

  // Somebody listens.
  for (const flags of [ACK, FIN, RST, SYN | ACK, RST | ACK, SYN | RST, 0, URG])
    add(`${flagsText(flags)} to a listener`, async t => {
      await t.listen(80)
      await t.inject(frame(tcp({ flags, seq: 100, ack: 200 })))
    })
  add('SYN to a listener', t => half(t))
  add('a wrong checksum to a listener', async t => {
    await t.listen(80)
    await t.inject(frame(tcp({ tcpSum: 1 })))
  })
  add('SYN twice', async t => {
    const p = await half(t)
    await p.send({ seq: p.seq - 1, ack: 0, flags: SYN })
  })
  add('SYN,ACK sent again, as no ACK comes', async t => {
    await half(t)
    await t.wait(100, 1)
  })
  add('an ACK of what was not sent, in SYN-RECEIVED', async t => {
    const p = await half(t)
    await p.send({ ack: p.ack + 1000 })
  })

  // A connection stands.
  add('accepted', t => accepted(t))
  add('connected', connected)
  add('connected, no way', t => t.connect('192.0.2.1', 80, 40001))
  add('refused', async t => {
    const p = await asked(t)
    await p.send({ seq: 0, flags: RST | ACK })
  })
  add('SYN sent again', async t => {
    await asked(t)
    await t.wait(100, 1)
  })
  add('a connection asked for is given up', async t => t.abort((await asked(t)).c))
  add('an ACK of what was not sent, in SYN-SENT', async t => {
    const p = await asked(t)
    await p.send({ ack: p.ack + 1000 })
  })
  add('both ask at once', async t => {
    const p = await asked(t)
    await p.send({ flags: SYN, ack: 0 })
    p.seq++
    await p.send()
  })
  add('received', async t => {
    const p = await accepted(t)
    await p.send({ flags: PSH | ACK, data: text(100) })
    await t.read(p.c)
  })
  add('received, ten segments', async t => {
    const p = await accepted(t)
    for (let i = 0; i < 10; i++) {
      await p.send({ flags: PSH | ACK, data: text(100) })
      p.seq += 100
    }
    await t.read(p.c)
  })
  add('sent', async t => {
    const p = await accepted(t)
    await t.write(p.c, 100)
    await p.send({ ack: p.ack + 100 })
  })
  add('sent, three segments', async t => {
    const p = await accepted(t)
    await t.write(p.c, 4380)
    await p.send({ ack: p.ack + 4380 })
  })
  add('sent, and again as no ACK comes', async t => {
    const p = await accepted(t)
    await t.write(p.c, 100)
    t.take()
    await t.wait(100, 1)
  })
  add('sent, and twice again as no ACK comes', async t => {
    const p = await accepted(t)
    await t.write(p.c, 100)
    t.take()
    await t.wait(200, 2)
  })
  add('sent, and again after duplicate ACKs', async t => {
    const p = await accepted(t)
    await t.write(p.c, 7300)
    for (let i = 0; i < 5; i++) await p.send()
  })
  add('out of order, then the gap', async t => {
    const p = await accepted(t)
    await p.send({ seq: p.seq + 100, data: text(100) })
    await p.send({ data: text(100) })
    await t.read(p.c)
  })
  add('out of order, three gaps', async t => {
    const p = await accepted(t)
    for (const at of [100, 300, 500]) await p.send({ seq: p.seq + at, data: text(100) })
  })
  add('out of order, the same twice', async t => {
    const p = await accepted(t)
    for (const at of [100, 100]) await p.send({ seq: p.seq + at, data: text(100) })
  })
  add('the same segment twice', async t => {
    const p = await accepted(t)
    for (let i = 0; i < 2; i++) await p.send({ flags: PSH | ACK, data: text(100) })
  })
  add('urgent', async t => {
    const p = await accepted(t)
    await p.send({ flags: URG | ACK, up: 5, data: text(10) })
  })
  add('a zero window of the peer, and a probe', async t => {
    const p = await accepted(t)
    await p.send({ wnd: 0 })
    await t.write(p.c, 100)
    t.take()
    await t.wait(300, 1)
  })
  add('an idle peer is asked', async t => {
    const p = await accepted(t)
    await t.tune(p.c, true, 0)
    t.take()
    await t.wait(100, 1)
  })
  add('given up, as no ACK comes', async t => {
    const p = await accepted(t)
    await t.tune(p.c, false, 1)
    await t.write(p.c, 100)
    t.take()
    await t.wait(t.isKernel ? 700 : 5000)
  })
  add('a keep-alive of the peer', async t => {
    const p = await accepted(t)
    await p.send({ seq: p.seq - 1 })
  })
  add('closed by us, then by the peer', async t => {
    const p = await accepted(t)
    await t.shutdown(p.c)
    p.ack++
    await p.send()
    await p.send({ flags: FIN | ACK })
  })
  add('closed by the peer, then by us', async t => {
    const p = await accepted(t)
    await p.send({ flags: FIN | ACK })
    p.seq++
    await t.wait(60)
    await t.shutdown(p.c)
    p.ack++
    await p.send()
  })
  add('closed at once', async t => {
    const p = await accepted(t)
    await t.shutdown(p.c)
    await p.send({ flags: FIN | ACK })
    p.seq++
    p.ack++
    await p.send()
  })
  add('let go with data unread', async t => {
    const p = await accepted(t)
    await p.send({ data: text(10) })
    await t.release(p.c)
  })
  add('data after it was let go', async t => {
    const p = await accepted(t)
    await t.release(p.c)
    p.ack++
    await p.send({ data: text(10) })
  })
  add('aborted by us', async t => t.abort((await accepted(t)).c))
  add('aborted by us, in CLOSE-WAIT', async t => {
    const p = await accepted(t)
    await p.send({ flags: FIN | ACK })
    await t.wait(60)
    await t.abort(p.c)
  })
  for (const [name, to] of Object.entries(STATES)) {
    const isSent = name === 'SYN-SENT'
    add(`reset in ${name}`, async t => {
      const p = await to(t)
      await p.send({ flags: isSent ? RST | ACK : RST })
    })
    if (isSent) continue
    add(`a reset elsewhere in the window in ${name}`, async t => {
      const p = await to(t)
      await p.send({ flags: RST, seq: p.seq + 10 })
    })
    add(`a reset outside of the window in ${name}`, async t => {
      const p = await to(t)
      await p.send({ flags: RST, seq: p.seq - 1000 })
    })
    add(`SYN in the window in ${name}`, async t => {
      const p = await to(t)
      await p.send({ flags: SYN, ack: 0, seq: p.seq + 10 })
    })
    add(`a segment outside of the window in ${name}`, async t => {
      const p = await to(t)
      await p.send({ seq: p.seq - 1000, data: text(10) })
    })
    add(`an ACK of what was not sent in ${name}`, async t => {
      const p = await to(t)
      await p.send({ ack: p.ack + 100000 })
    })
    add(`no ACK in ${name}`, async t => {
      const p = await to(t)
      await p.send({ flags: 0, ack: 0 })
    })
  }
  add('the listener is full', async t => {
    await t.listen(80, 1)
    for (let i = 0; i < 6; i++) await t.inject(frame(tcp({ from: 2000 + i, seq: 9000, flags: SYN })))
  })
  // SACK (RFC 2018), D-SACK (RFC 2883), timestamps (RFC 7323).
  const word = (x: number): number[] => [(x >>> 24) & 255, (x >>> 16) & 255, (x >>> 8) & 255, x & 255]
  const block = (start: number, end: number): number[] => [1, 1, 5, 10, ...word(start), ...word(end)]
  const stamp = (value: number): number[] => [1, 1, 8, 10, ...word(value), ...word(0)]
  add('SACK: accepted with it', t => accepted(t, [1, 1, 4, 2]))
  add('SACK: sent, and again after selective acknowledgments', async t => {
    const p = await accepted(t, [1, 1, 4, 2])
    await t.write(p.c, 7300)
    for (let i = 2; i <= 5; i++) await p.send({ tcpOptions: block(p.ack + 1460, p.ack + 1460 * i) })
  })
  add('SACK: out of order', async t => {
    const p = await accepted(t, [1, 1, 4, 2])
    await p.send({ seq: p.seq + 100, data: text(100) })
    await p.send({ data: text(100) })
  })
  add('SACK: the same segment twice', async t => {
    const p = await accepted(t, [1, 1, 4, 2])
    for (let i = 0; i < 2; i++) await p.send({ flags: PSH | ACK, data: text(100) })
  })
  add('SACK: a duplicate is reported', async t => {
    const p = await accepted(t, [1, 1, 4, 2])
    await t.write(p.c, 1460)
    await p.send({ ack: p.ack + 1460 })
    await p.send({ ack: p.ack + 1460, tcpOptions: block(p.ack, p.ack + 1460) })
  })
  add('timestamps: accepted with them', t => accepted(t, stamp(1000), stamp(1001)))
  add('timestamps: received', async t => {
    const p = await accepted(t, stamp(1000), stamp(1001))
    await p.send({ flags: PSH | ACK, data: text(100), tcpOptions: stamp(1002) })
    await t.read(p.c)
  })
  add('timestamps: an old duplicate', async t => {
    const p = await accepted(t, stamp(1000), stamp(1001))
    await p.send({ flags: PSH | ACK, data: text(100), tcpOptions: stamp(900) })
  })
  add('timestamps: an old duplicate, empty', async t => {
    const p = await accepted(t, stamp(1000), stamp(1001))
    await p.send({ tcpOptions: stamp(900) })
  })
  add('timestamps: a segment without', async t => {
    const p = await accepted(t, stamp(1000), stamp(1001))
    await p.send({ flags: PSH | ACK, data: text(100) })
  })
  // Fast Open (RFC 7413).
  const MSS = [2, 4, 5, 0xb4]
  /** Asks for a cookie. */
  async function cookie(t: Subject): Promise<{ option: number[]; l: Handle; from: number }> {
    const l = await t.listen(80)
    await t.serve(l)
    t.take()
    const from = ++ports.peer
    await t.inject(frame(tcp({ from, seq: 5000, flags: SYN, tcpOptions: [...MSS, 1, 1, 34, 2] })))
    const b = t.take()[0]!
    let at = 54
    while (b[at] !== 34) at += b[at] === 1 ? 1 : b[at + 1]!
    return { option: Array.from(b.subarray(at, at + b[at + 1]!)), l, from }
  }
  add('Fast Open: a cookie is asked for', t => cookie(t))
  add('Fast Open: text with a good cookie', async t => {
    const { option } = await cookie(t)
    const tcpOptions = [...MSS, 1, 1, ...option]
    await t.inject(frame(tcp({ from: ++ports.peer, seq: 5000, flags: SYN, tcpOptions, data: text(20) })))
  })
  add('Fast Open: text with a cookie that is not', async t => {
    const { option } = await cookie(t)
    const tcpOptions = [...MSS, 1, 1, ...option.slice(0, -1), (option[9]! ^ 1) & 255]
    await t.inject(frame(tcp({ from: ++ports.peer, seq: 5000, flags: SYN, tcpOptions, data: text(20) })))
  })
  add('Fast Open: to a listener that does not serve it', async t => {
    await t.listen(80)
    const tcpOptions = [...MSS, 1, 1, 34, 10, 1, 2, 3, 4, 5, 6, 7, 8]
    await t.inject(frame(tcp({ from: ++ports.peer, seq: 5000, flags: SYN, tcpOptions, data: text(20) })))
  })
  for (const code of [0, 1, 2, 3, 13])
    add(`unreachable, code ${code}, about a connection that stands`, async t => {
      const p = await accepted(t)
      await t.write(p.c, 10)
      const sent = t.take()[0]!
      await t.inject(frame(ip({ proto: 1, payload: icmp(3, code, 0, sent.subarray(14)) })))
    })
  add('unreachable about what a connection has not sent', async t => {
    const p = await accepted(t)
    const quoted = tcp({ src: OWN, dst: PEER, from: p.to, to: p.from, seq: p.ack + 50000, flags: ACK })
    await t.inject(frame(ip({ proto: 1, payload: icmp(3, 1, 0, quoted) })))
  })
  return list
}
