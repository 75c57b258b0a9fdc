// What takes a turn of both stacks: a ping-pong of one octet, and connections that are made and closed; each beside an ideal
// pipeline of its own, which moves as many frames without any protocol.
import { get32, sum } from '@tiny/core'
import { pair } from '@tiny/sim'
import { type Connection, tune } from '@tiny/tcp'
import { type End, end } from './segment.ts'
import { bestOf, both, TWO, timeOf } from './stacks.ts'

/** Round trips, connections of a round. */
const COUNT = 500
/** How many times the ideal each may take. */
const PING_LIMIT = 6
const CONNECT_LIMIT = 10
/** SYN; SYN,ACK; ACK with FIN; ACK with FIN; ACK. */
const FRAMES = 5

interface Ideal {
  one: End
  two: End
  deliver(): void
}
function ideal(): Ideal {
  const wire = pair()
  const a = get32(Uint8Array.of(10, 0, 0, 1), 0)
  const b = get32(TWO, 0)
  const app = new Uint8Array(64)
  const one = end(wire.a, wire.b, a, b, sum, app, 4096, 0)
  const two = end(wire.b, wire.a, b, a, sum, app, 4096, 0)
  return { one, two, deliver: () => void wire.deliver() }
}

function pingIdeal(): () => number {
  const { one, two, deliver } = ideal()
  return () =>
    timeOf(() => {
      for (let i = 0; i < COUNT; i++) {
        one.write(1)
        one.send(1)
        deliver()
        two.flush()
        two.write(1)
        two.send(1)
        deliver()
        one.flush()
      }
    }) / COUNT
}

function pingOurs(): () => number {
  const { one, two, turn } = both({})
  const b = new Uint8Array(64)
  let pongs = 0
  two.t.listen(7, {
    onReadable(c) {
      two.t.write(c, b, 0, two.t.read(c, b))
    },
  })
  let c: Connection | undefined
  const x = one.t.connect(TWO, 7, {
    onWritable: made => {
      c = made
    },
    onReadable(c) {
      pongs += one.t.read(c, b)
    },
  })
  if (typeof x !== 'number') tune(one.t, x, { noDelay: true })
  for (let i = 0; i < 10; i++) turn()
  return () =>
    timeOf(() => {
      const goal = pongs + COUNT
      while (pongs < goal) {
        one.t.write(c as Connection, b, 0, 1)
        turn()
      }
      // The answer that came last is read at the next turn.
    }) / COUNT
}

function connectIdeal(): () => number {
  const { one, two, deliver } = ideal()
  return () =>
    timeOf(() => {
      for (let i = 0; i < COUNT * FRAMES; i++) {
        if (i & 1) two.send(0)
        else one.send(0)
        deliver()
      }
    }) / COUNT
}

/** On a virtual clock: when the ports have run out, twice the maximum segment lifetime passes. */
function connectOurs(timeWaits: number): () => number {
  let now = 0
  const { one, two, turn } = both({ now: () => now, tcp: () => ({ timeWaits, timeWait: 60000 }) })
  two.t.listen(80, { onEnd: c => void two.t.close(c) })
  let closed = 0
  const handlers = {
    onWritable: (c: Connection) => void one.t.close(c),
    onClose(_c: Connection, code: number) {
      if (code) throw new Error(`a connection ended with ${code}`)
      closed++
    },
  }
  let opened = 0
  const connect = (): void => {
    let c = one.t.connect(TWO, 80, handlers)
    if (typeof c === 'number' || ++opened % timeWaits === 0) {
      now = (now + 60001) | 0
      turn()
      if (typeof c === 'number') c = one.t.connect(TWO, 80, handlers)
    }
    if (typeof c === 'number') throw new Error(`connect: ${c}`)
    const goal = closed + 1
    while (closed < goal) turn()
  }
  connect()
  return () =>
    timeOf(() => {
      for (let i = 0; i < COUNT; i++) connect()
    }) / COUNT
}

export function turns(): boolean {
  let passed = true
  for (const [name, limit, mine, most] of [
    ['ping-pong of one octet', pingIdeal, pingOurs, PING_LIMIT],
    ['connect and close', connectIdeal, () => connectOurs(16), CONNECT_LIMIT],
    ['the same, 1,024 in TIME-WAIT', connectIdeal, () => connectOurs(1024), Number.POSITIVE_INFINITY],
  ] as const) {
    const best = bestOf(limit(), mine())
    const ratio = best.mine / best.limit
    passed &&= ratio <= most
    console.log(
      `  ${name}: ideal ${best.limit.toFixed(0)}, @tiny ${best.mine.toFixed(0)} ns: ${((1e9 / best.mine) | 0).toLocaleString('en')} a second, ${ratio.toFixed(1)} times the ideal${Number.isFinite(most) ? ` (limit ${most})` : ''}${ratio <= most ? '' : '  ABOVE'}`,
    )
  }
  return passed
}
