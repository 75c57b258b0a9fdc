import { ACK, FIN, frame, icmp, ip, OWN, PEER, PSH, RST, SYN, tcp, URG } from './frames.ts'
import { accepted, asked, connected, filled, half, STATES, text } from './peer.ts'
import type { Stimulus } from './stimuli.ts'
import type { Subject } from './subject.ts'

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
  for (const [name, f] of [
    ['an octet', { data: text(1) }],
    ['a segment', { data: text(1000) }],
    ['an octet and a FIN', { flags: FIN | ACK, data: text(1) }],
    ['an ACK', {}],
  ] as const) {
    let p: Awaited<ReturnType<typeof filled>>
    list.push({
      name: `tcp: ${name} into a closed window`,
      first: async t => void (p = await filled(t)),
      run: () => p.send(f),
    })
  }
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
  add('closed by both, text unread', async t => {
    const p = await accepted(t)
    await t.shutdown(p.c)
    p.ack++
    await p.send({ flags: FIN | ACK, data: text(10) })
  })
  add('let go, and no FIN comes', async t => {
    const p = await accepted(t)
    await t.release(p.c)
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
  add('aborted by us, text unread', async t => {
    const p = await accepted(t)
    await p.send({ data: text(10) })
    await t.abort(p.c)
  })
  add('let go in FIN-WAIT-2, then text', async t => {
    const p = await accepted(t)
    await t.shutdown(p.c)
    p.ack++
    await p.send()
    await t.release(p.c)
    await p.send({ data: text(10) })
  })
  add('closed by both, text unread, then let go', async t => {
    const p = await accepted(t)
    await t.shutdown(p.c)
    p.ack++
    await p.send({ flags: FIN | ACK, data: text(10) })
    await t.release(p.c)
  })
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
    for (const [where, by] of [
      ['before', -1000],
      ['behind', 100000],
    ] as const)
      add(`SYN ${where} the window in ${name}`, async t => {
        const p = await to(t)
        await p.send({ flags: SYN, ack: 0, seq: p.seq + by })
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
