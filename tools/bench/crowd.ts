// Many connections: what an idle one keeps of the heap, and what a segment costs when it may belong to any of them.
import { type Connection, type TcpOptions, tune } from '@tiny/tcp'
import { wheel } from '@tiny/tcp/wheel'
import { heap } from './heap.ts'
import { type Both, both, TWO, timeOf } from './stacks.ts'

/** Octets of heap, typed arrays included, that an end of an idle connection may take. */
const HEAP_LIMIT = 600
const IDLE = 10_000
const CROWD = 100_000
/** How many times as long a segment may take among 100,000 connections as among ten, with the wheel. */
const TIMES = 2
/** Ports to connect to: each has the ephemeral ones for itself. */
const PORTS = 16
/** Segments in a turn, each of another connection; turns in a millisecond. */
const BATCH = 10
const TURNS = 12
/** Segments of a round; rounds. */
const COUNT = 6000
const ROUNDS = 30
/** Milliseconds of silence, and as many again, before a connection asks whether its peer is there. */
const KEEP_ALIVE = 20_000
const CROWDS = [10, 1000, 10_000, CROWD]

interface Crowd extends Both {
  readonly list: Connection[]
  /** Milliseconds pass, in one turn. */
  pass(ms: number): void
}

function crowd(n: number, tcp: () => TcpOptions): Crowd {
  let now = 0
  const pass = (ms: number): void => {
    now = (now + ms) | 0
    two.turn()
  }
  const two = both({
    now: () => now,
    pool: 1 << 29,
    tcp: () => ({ connections: n, sendBuffer: 256, receiveBuffer: 256, ...tcp() }),
  })
  const b = new Uint8Array(256)
  for (let i = 0; i < PORTS; i++)
    two.two.t.listen(1 + i, { onReadable: c => void two.two.t.read(c, b) }, { backlog: 1024 })
  const list: Connection[] = []
  const handlers = { onWritable: (c: Connection) => void list.push(c) }
  for (let i = 0; i < n; ) {
    for (let k = 0; k < 32 && i < n; k++, i++) {
      const c = two.one.t.connect(TWO, 1 + (i % PORTS), handlers)
      if (typeof c === 'number') throw new Error(`connect: ${c}`)
    }
    pass(1)
    pass(1)
  }
  // Of the first ones all but one were lost, while the neighbour was asked for.
  for (let i = 0; i < 4; i++) pass(1000)
  if (list.length !== n) throw new Error(`${list.length} of ${n} connections`)
  return { ...two, list, pass }
}

/** Octets for an end of a connection: what a crowd takes more than a few do. */
export function idle(): boolean {
  // The first one for what it takes only once.
  const sizes = [16, 16, IDLE].map(n => {
    const before = heap()
    const all = crowd(n, () => ({}))
    for (let i = 0; i < 5; i++) all.pass(1000)
    const size = heap() - before
    if (all.one.h.pool.used + all.two.h.pool.used) throw new Error('an idle connection holds buffers')
    return size
  })
  const each = ((sizes[2] as number) - (sizes[1] as number)) / (2 * (IDLE - 16))
  const fine = each <= HEAP_LIMIT
  console.log(
    `  heap of an idle connection, an end, of ${IDLE.toLocaleString('en')}: ${each.toFixed(0)} octets (limit ${HEAP_LIMIT})${fine ? '' : '  ABOVE'}`,
  )
  return fine
}

/**
 * Nanoseconds for a segment with one octet and its acknowledgment, each time on another one of the `busy` connections; all
 * others are open, and ask now and then whether their peers are there.
 */
function segmentOf(n: number, tcp: () => TcpOptions, busy: number): number {
  const { one, list, pass } = crowd(n, tcp)
  const b = new Uint8Array(1)
  // Their silence ends at different times.
  for (let i = 0; i < n; i++)
    tune(one.t, list[i] as Connection, { keepAlive: KEEP_ALIVE + ((i * 7919) % KEEP_ALIVE), keepInterval: KEEP_ALIVE })
  let at = 0
  let turns = 0
  const batch = (): void => {
    for (let k = 0; k < BATCH; k++) {
      at = (at + 7919) % busy
      if (one.t.write(list[at * (n / busy)] as Connection, b) !== 1) throw new Error('a connection is stuck')
    }
    pass(++turns % TURNS ? 0 : 1)
  }
  // Before the clock gets to where silence ends, and each has buffers.
  for (let i = 0; i < 10; i++) pass(KEEP_ALIVE / 10)
  for (let i = 0; i < busy; i += BATCH) batch()
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++)
    best = Math.min(
      best,
      timeOf(() => {
        for (let i = 0; i < COUNT; i += BATCH) batch()
      }) / COUNT,
    )
  return best
}

export function crowds(): boolean {
  let passed = true
  console.log(
    `  ns a segment among ${CROWDS.map(n => n.toLocaleString('en')).join(', ')} open connections, all with keep-alive`,
  )
  const onWheel = (): TcpOptions => ({ timers: wheel() })
  for (const [name, tcp, isBusy, isJudged] of [
    ['on ten of them, timers in a list', () => ({}), false, false],
    ['on ten of them, timers on the wheel', onWheel, false, true],
    ['on all of them, timers on the wheel', onWheel, true, false],
  ] as const) {
    const times = CROWDS.map(n => segmentOf(n, tcp, isBusy ? n : 10))
    const ratio = (times[3] as number) / (times[0] as number)
    const fine = !isJudged || ratio <= TIMES
    passed &&= fine
    console.log(
      `    ${name}: ${times.map(t => t.toFixed(0)).join(', ')}: ${ratio.toFixed(1)} times${isJudged ? ` (limit ${TIMES})` : ''}${fine ? '' : '  ABOVE'}`,
    )
  }
  return passed
}
