// Edges: what is rare, and where the machines differ as differences.tsv says.
import { ACK, FIN, frame, icmp, ip, OWN, octets, PEER, PSH, RST, SYN, tcp, udp } from './frames.ts'
import { accepted, asked, STATES, text } from './peer.ts'
import type { Stimulus } from './stimuli.ts'
import type { Subject } from './subject.ts'

const ALL = [255, 255, 255, 255, 255, 255]
const SYSTEMS = [1, 0, 0x5e, 0, 0, 1]
/** Several hosts, by name. */
const SEVERAL: readonly [string, string, number[]][] = [
  ['all', '255.255.255.255', ALL],
  ['all of the network', '10.0.0.255', ALL],
  ['all systems', '224.0.0.1', SYSTEMS],
]

export function edgeStimuli(): Stimulus[] {
  const list: Stimulus[] = []
  const add = (name: string, run: (t: Subject) => Promise<unknown>): void =>
    void list.push({ name, run: async t => void (await run(t)) })
  const one = (name: string, b: () => Uint8Array, to?: number[]): void => add(name, t => t.inject(frame(b(), to)))
  const message = (name: string, b: () => Uint8Array, dst = OWN, to?: number[]): void =>
    one(`icmp: ${name}`, () => ip({ dst, proto: 1, payload: b() }), to)
  // What may be quoted.
  const ours = (): Uint8Array => udp({ src: OWN, dst: PEER, from: 7, to: 1000 })
  const quoting = (name: string, type: number, code: number, quote: () => Uint8Array): void =>
    add(`icmp: ${name}`, async t => {
      await t.udp(7)
      await t.inject(frame(ip({ proto: 1, payload: icmp(type, code, 0, quote()) })))
    })

  for (const type of [42, 43, 64, 255]) message(`type ${type} of nobody`, () => icmp(type, 0, 0x10001, octets(28)))
  for (const [name, dst, to] of SEVERAL) {
    for (const type of [0, 9, 13, 17, 18, 19, 30, 42])
      message(`type ${type} to ${name}`, () => icmp(type, 0, 0x10001, octets(28)), dst, to)
    for (const type of [3, 5, 11, 12])
      add(`icmp: type ${type} about a datagram of a socket to ${name}`, async t => {
        await t.udp(7)
        await t.inject(frame(ip({ dst, proto: 1, payload: icmp(type, 1, 0, ours()) }), to))
      })
  }
  for (const code of [15, 16, 255])
    quoting(`unreachable, code ${code}, that quotes a header alone`, 3, code, () => ours().subarray(0, 20))
  for (const code of [16, 255]) quoting(`unreachable, code ${code}, about a datagram of a socket`, 3, code, ours)
  quoting('unreachable, code 16, about a datagram of no socket', 3, 16, () => udp({ src: OWN, dst: PEER, from: 99 }))
  for (const type of [4, 5])
    for (const [name, quote] of [
      ['that quotes 8 octets', () => octets(8)],
      ['about a datagram of a socket', ours],
      ['about a datagram of no socket', () => udp({ src: OWN, dst: PEER, from: 99 })],
      ['about a datagram of protocol 253', () => ip({ src: OWN, dst: PEER, proto: 253 })],
    ] as const)
      quoting(`type ${type} ${name}`, type, 0, quote)
  for (const type of [3, 11]) {
    quoting(`type ${type} that quotes another host`, type, 0, () =>
      udp({ src: '10.0.0.9', dst: PEER, from: 7, to: 1000 }),
    )
    quoting(`type ${type} that quotes a later fragment`, type, 0, () =>
      udp({ src: OWN, dst: PEER, from: 7, to: 1000, offset: 8 }),
    )
    quoting(`type ${type} that quotes version 6`, type, 0, () =>
      udp({ src: OWN, dst: PEER, from: 7, to: 1000, version: 6 }),
    )
  }

  for (const src of ['0.1.2.3', '240.0.0.1', '10.0.0.0']) one(`ip: from ${src}`, () => ip({ src, proto: 253 }))
  for (const src of ['0.1.2.3', '240.0.0.1'])
    one(`ip: from ${src} to all`, () => ip({ src, dst: '255.255.255.255', proto: 253 }), ALL)
  for (const [name, dst, to] of SEVERAL)
    one(`ip: from 0.0.0.0 to ${name}`, () => ip({ src: '0.0.0.0', dst, proto: 253 }), to)
  for (const dst of ['0.0.0.0', '10.0.0.0']) one(`ip: for ${dst}`, () => ip({ dst, proto: 253 }))
  one('ip: for one host, sent to all by the link', () => ip({ proto: 253 }), ALL)
  one('ip: an option past the header, for another host', () =>
    ip({ dst: '10.0.0.77', proto: 253, options: [7, 40, 4, 0] }),
  )
  one('ip: a fragment that ends beyond 65,535', () => ip({ proto: 253, id: 9, offset: 65528, payload: octets(100) }))
  for (const [name, dst] of SEVERAL)
    add(`udp: 3000 octets sent to ${name}`, async t => t.udpSend(await t.udp(7), dst, 9, 3000))

  const stamp = (value: number): number[] => [1, 1, 8, 10, 0, 0, value >> 8, value & 255, 0, 0, 0, 0]
  for (const flags of [ACK, SYN | ACK, FIN | ACK])
    one(`tcp: timestamps: flags ${flags} to a closed port`, () =>
      tcp({ to: 81, seq: 5, ack: 9, flags, tcpOptions: stamp(7) }),
    )
  add('tcp: timestamps: aborted by us', async t => t.abort((await accepted(t, stamp(1000), stamp(1001))).c))
  add('tcp: timestamps: text after it was let go', async t => {
    const p = await accepted(t, stamp(1000), stamp(1001))
    await t.release(p.c)
    await p.send({ data: text(10), tcpOptions: stamp(1002) })
  })
  const timeWait = STATES['TIME-WAIT']!
  for (const by of [-1, 0, 1])
    add(`tcp: an ACK in TIME-WAIT, ${by} from where it is expected`, async t => {
      const p = await timeWait(t)
      await p.send({ seq: p.seq + by })
    })
  add('tcp: the FIN again in TIME-WAIT', async t => {
    const p = await timeWait(t)
    await p.send({ seq: p.seq - 1, flags: FIN | ACK })
  })
  add('tcp: out of order, a FIN alone', async t => {
    const p = await accepted(t)
    await p.send({ seq: p.seq + 100, flags: FIN | ACK })
  })
  add('tcp: out of order, text and a FIN', async t => {
    const p = await accepted(t)
    await p.send({ seq: p.seq + 100, data: text(10), flags: FIN | ACK })
  })
  add('tcp: old text with an ACK of what was not sent', async t => {
    const p = await accepted(t)
    await p.send({ flags: PSH | ACK, data: text(10) })
    await p.send({ ack: p.ack + 100000, data: text(10) })
  })
  for (const n of [0, 10])
    add(`tcp: SACK: ${n} octets and a FIN, twice`, async t => {
      const p = await accepted(t, [1, 1, 4, 2])
      await p.send({ data: text(n), flags: FIN | ACK })
      // The kernel may keep its ACK for a while.
      await t.wait(60)
      await p.send({ data: text(n), flags: FIN | ACK })
    })
  for (const at of [-1, 0, 9, 10, 11])
    add(`tcp: unreachable about what lies ${at} octets into the 10 in flight`, async t => {
      const p = await accepted(t)
      await t.write(p.c, 10)
      const quoted = tcp({ src: OWN, dst: PEER, from: p.to, to: p.from, seq: p.ack + at, flags: ACK })
      await t.inject(frame(ip({ proto: 1, payload: icmp(3, 1, 0, quoted) })))
    })
  for (const code of [1, 3])
    add(`tcp: unreachable, code ${code}, in SYN-SENT`, async t => {
      const p = await asked(t)
      const quoted = tcp({ src: OWN, dst: PEER, from: p.to, to: p.from, seq: p.ack - 1, flags: SYN })
      await t.inject(frame(ip({ proto: 1, payload: icmp(3, code, 0, quoted) })))
    })
  add('tcp: a reset in FIN-WAIT-2 of what was let go', async t => {
    const p = await accepted(t)
    await t.release(p.c)
    p.ack++
    await p.send()
    await p.send({ flags: RST })
  })
  return list
}
