import { ACK, frame, PSH, SYN, tcp } from './frames.ts'
import { accepted, ports, text } from './peer.ts'
import type { Stimulus } from './stimuli.ts'
import type { Handle, Subject } from './subject.ts'

export function optionStimuli(): Stimulus[] {
  const list: Stimulus[] = []
  const add = (name: string, run: (t: Subject) => Promise<unknown>): void =>
    void list.push({ name: `tcp: ${name}`, run: async t => void (await run(t)) })

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
  add('SACK: out of order, the same twice', async t => {
    const p = await accepted(t, [1, 1, 4, 2])
    for (const at of [100, 100]) await p.send({ seq: p.seq + at, data: text(100) })
  })
  add('SACK: a duplicate ahead of the ACK is reported', async t => {
    const p = await accepted(t, [1, 1, 4, 2])
    await t.write(p.c, 7300)
    const [from, to] = [p.ack + 1460, p.ack + 2920]
    await p.send({ tcpOptions: [1, 1, 5, 18, ...word(from), ...word(to), ...word(from), ...word(to)] })
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
  add('Fast Open: text with a cookie of the key before', async t => {
    const { option } = await cookie(t)
    await t.rotate()
    const tcpOptions = [...MSS, 1, 1, ...option]
    await t.inject(frame(tcp({ from: ++ports.peer, seq: 5000, flags: SYN, tcpOptions, data: text(20) })))
  })
  add('Fast Open: to a listener that does not serve it', async t => {
    await t.listen(80)
    const tcpOptions = [...MSS, 1, 1, 34, 10, 1, 2, 3, 4, 5, 6, 7, 8]
    await t.inject(frame(tcp({ from: ++ports.peer, seq: 5000, flags: SYN, tcpOptions, data: text(20) })))
  })
  return list
}
