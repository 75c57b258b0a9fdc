// Clients and servers that do not keep to iperf's protocol, on a simulated wire; its time passes as ours does.
import { randomBytes } from 'node:crypto'
import { host } from '@tiny/core'
import { address, prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { type SimDev, sim } from '@tiny/sim'
import { type Connection, type Tcp, tcp } from '@tiny/tcp'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { measure } from './client.ts'
import { COOKIE, framed } from './protocol.ts'
import { type Served, serve } from './server.ts'

const PORT = 5201
const PATIENCE = 60

let near: Tcp
let far: Tcp
let served: Served[] = []
let timer: NodeJS.Timeout
let cut: () => void

beforeEach(() => {
  const net = sim()
  const wire = net.wire()
  const machine = (dev: SimDev, own: string): Tcp => {
    const h = host(net.env())
    const t = tcp(ipv4(h, ethernet(h, dev), { address: prefix(own) }))
    net.host(h, dev)
    return t
  }
  near = machine(wire[0], '10.0.0.1/24')
  far = machine(wire[1], '10.0.0.2/24')
  cut = () => wire[0].cut()
  served = []
  timer = setInterval(() => net.run(20), 1)
})
afterEach(() => clearInterval(timer))

const until = async (is: () => boolean): Promise<void> => {
  for (let i = 0; i < 1000 && !is(); i++) await new Promise(resolve => setTimeout(resolve, 5))
  expect(is()).toBe(true)
}

interface Script {
  said: Buffer
  isOver: boolean
  put(...parts: (Buffer | number)[]): void
}

/** A client that says what it is told to. */
function client(cookie: Buffer | null, ...parts: (Buffer | number)[]): Script {
  const b = Buffer.alloc(4096)
  const bytes = (list: (Buffer | number)[]): Buffer =>
    Buffer.concat(list.map(x => (typeof x === 'number' ? Buffer.of(x) : x)))
  let early = bytes([...(cookie ? [cookie] : []), ...parts])
  let own: Connection | null = null
  const s: Script = {
    said: Buffer.alloc(0),
    isOver: false,
    put(...more) {
      if (own) near.write(own, bytes(more))
      else early = bytes([early, ...more])
    },
  }
  near.connect(address('10.0.0.2'), PORT, {
    onWritable(c) {
      if (own) return
      own = c
      near.write(c, early)
    },
    onReadable(c) {
      for (let n = 0; (n = near.read(c, b)) > 0; ) s.said = Buffer.concat([s.said, b.subarray(0, n)])
    },
    onEnd: c => void near.close(c),
    onClose() {
      s.isOver = true
    },
  })
  return s
}

const cookieOf = (k: number): Buffer => Buffer.alloc(COOKIE, `${k}`)
const length = (n: number): Buffer => Buffer.of(n >>> 24, n >>> 16, n >>> 8, n)
const start = (): void => void serve(far, PORT, one => void served.push(one), PATIENCE)

/** The server is free again, and does a whole test. */
async function works(): Promise<void> {
  await until(() => near.used() === 0 || far.used() === 1)
  served = []
  const found = await measure(near, {
    address: address('10.0.0.2'),
    port: PORT,
    seconds: 0.05,
    parallel: 2,
    isReverse: false,
  })
  expect(found.theirs).toHaveLength(2)
  await until(() => served.length === 1)
  expect(served[0]?.error).toBe('')
}

it.each<[string, (Buffer | number)[], RegExp]>([
  ['a text of 4 GB', [length(0xffffffff), Buffer.alloc(1000)], /a text of 4294967295 octets/],
  ['a text of more than is believed', [length(65537)], /a text of 65537 octets/],
  ['no text', [length(0)], /JSON/],
  ['junk', [length(100), randomBytes(100)], /JSON/],
  ['null', [length(4), Buffer.from('null')], /no object/],
  ['half a text', [length(100), Buffer.from('{')], /silent for 60 ms/],
  ['nothing', [], /silent for 60 ms/],
  ['UDP', [framed({ udp: true })], /TCP in one direction/],
  ['one and a half streams', [framed({ tcp: true, parallel: 1.5 })], /TCP in one direction/],
  ['streams as text', [framed({ tcp: true, parallel: '3' })], /TCP in one direction/],
  ['129 streams', [framed({ tcp: true, parallel: 129 })], /TCP in one direction/],
  ['no streams', [framed({ tcp: true, parallel: 1 })], /0 of 1 streams came/],
  ['another state', [framed({ tcp: true }), 7], /went on to state 7 without its streams/],
])('a client that sends %s is turned away, and the next one served', async (_name, parts, why) => {
  start()
  client(cookieOf(1), ...parts)
  await until(() => served.length === 1)
  expect(served[0]?.error).toMatch(why)
  await works()
})

it('a client whose results are none is turned away', async () => {
  start()
  const control = client(cookieOf(1), framed({ tcp: true, parallel: 1 }))
  await until(() => control.said.includes(10))
  client(cookieOf(1), Buffer.alloc(500))
  await until(() => control.said.includes(2))
  control.put(4, framed({ streams: [null] }))
  await until(() => served.length === 1)
  expect(served[0]?.error).toBe('results that are none')
  await works()
})

it('who does not say who he is holds no place, nor does a third stream of two, nor another test', async () => {
  start()
  const mute = [client(null), client(null, Buffer.from('x'))]
  const control = client(cookieOf(1), framed({ tcp: true, parallel: 2 }))
  await until(() => control.said.includes(10))
  const other = client(cookieOf(2))
  for (let i = 0; i < 2; i++) client(cookieOf(1))
  await until(() => control.said.includes(2))
  const third = client(cookieOf(1))
  await until(() => other.said[0] === 255 && third.said[0] === 255)
  await until(() => mute.every(({ isOver }) => isOver))
  control.put(12)
  await until(() => served.length === 1)
  expect(served[0]?.error).toBe('the client has given up')
  await works()
})

it('a client that is gone in the middle of its test is found out', async () => {
  start()
  const control = client(cookieOf(1), framed({ tcp: true, parallel: 1 }))
  await until(() => control.said.includes(10))
  client(cookieOf(1))
  await until(() => control.said.includes(2))
  cut()
  await until(() => served.length === 1)
  expect(served[0]?.error).toMatch(/ended with -110/)
})

it.each<[string, (Buffer | number)[], RegExp]>([
  ['creates streams twice', [10, 10], /went on to state 10/],
  ['an unknown state', [99], /went on to state 99/],
  ['is busy', [255], /busy/],
  ['refuses', [254, Buffer.from([0, 0, 0, 13, 0, 0, 0, 0])], /error 13/],
  ['gives results that are none', [13, framed({ streams: {} })], /results that are none/],
  ['gives text for octets', [13, framed({ streams: [{ id: 1, bytes: 'many' }] })], /results that are none/],
  ['gives a text without end', [13, length(0x7fffffff)], /a text of 2147483647 octets/],
])('of a server that %s our client says so', async (_name, parts, why) => {
  let isFirst = true
  far.listen(PORT, {
    onWritable(c) {
      if (isFirst) far.write(c, Buffer.concat(parts.map(x => (typeof x === 'number' ? Buffer.of(x) : x))))
      isFirst = false
    },
  })
  const wanted = { address: address('10.0.0.2'), port: PORT, seconds: 0.05, parallel: 1, isReverse: false }
  await expect(measure(near, wanted)).rejects.toThrow(why)
})
