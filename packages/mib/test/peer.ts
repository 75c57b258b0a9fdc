// The peer of a connection, and connections in every state.
import { ACK, FIN, frame, octets, PEER, PSH, type Seen, SYN, seen, type TcpFields, tcp } from './frames.ts'
import type { Handle, Subject } from './subject.ts'

export const text = (n: number): number[] => Array.from(octets(n))

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
export const ports: { peer: number; own: number } = { peer: 1000, own: 40000 }

/** The machine listens, the peer has sent a SYN and seen what came of it. */
export async function half(
  t: Subject,
  more: number[] = [],
  port = 80,
  from = ++ports.peer,
  room?: number,
): Promise<Peer & { l: Handle }> {
  const l = await t.listen(port, undefined, room)
  t.take()
  await t.inject(frame(tcp({ from, to: port, seq: 5000, flags: SYN, tcpOptions: [2, 4, 5, 0xb4, ...more] })))
  const s = t.take().map(seen)[0]!
  return Object.assign(peer(t, from, port, 5001, s.seq + 1), { l })
}

/** A connection that the peer has asked for. */
export async function accepted(t: Subject, more?: number[], options: number[] = []): Promise<Peer & { c: Handle }> {
  const p = await half(t, more)
  await p.send({ tcpOptions: options })
  return Object.assign(p, { c: await t.accept(p.l) })
}

/** A connection whose window is closed: the application has read nothing of what fills it. */
export async function filled(t: Subject): Promise<Peer & { c: Handle }> {
  const p = await half(t, [], 80, undefined, 16384)
  await p.send()
  const c = await t.accept(p.l)
  t.take()
  for (let wnd = 1000; wnd; ) {
    const n = Math.min(wnd, 1000)
    await p.send({ flags: PSH | ACK, data: text(n) })
    p.seq += n
    // The kernel may keep its ACK for a while.
    let said = p.take()
    if (!said.length) {
      await t.wait(60)
      said = p.take()
    }
    wnd = said.at(-1)?.wnd ?? wnd - n
  }
  return Object.assign(p, { c })
}

/** A connection that the machine has asked for; the peer has not answered yet. */
export async function asked(t: Subject): Promise<Peer & { c: Handle }> {
  t.take()
  const own = ++ports.own
  const c = await t.connect(PEER, 5001, own)
  const s = t.take().map(seen)[0]!
  return Object.assign(peer(t, 5001, own, 7000, s.seq + 1), { c })
}

export async function connected(t: Subject): Promise<Peer & { c: Handle }> {
  const p = await asked(t)
  await p.send({ flags: SYN | ACK, tcpOptions: [2, 4, 5, 0xb4] })
  p.seq++
  t.take()
  return p
}

/** The connection in each state in which something may happen to it. */
export const STATES: { readonly [name: string]: (t: Subject) => Promise<Peer> } = {
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
